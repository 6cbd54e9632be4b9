namespace TrustedApps.Certificates;

/// <summary>The result of offering a certificate that was fetched again.</summary>
/// <param name="Record">The record to store, also if the certificate was rejected.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Problem">The reason why it was rejected; null otherwise.</param>
public sealed record CertificateOffer(CertificateRecord Record, OfferOutcome Outcome, string? Problem)
{
    /// <summary>The replacement whose hold this fetch ended because it was no longer served; null if none.</summary>
    public PendingCertificate? Dropped { get; init; }
}
