namespace TrustedApps.Certificates;

/// <summary>What came of a certificate that was fetched again: the record to keep from now on.</summary>
/// <param name="Record">The record to keep.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Problem">Why it was refused; null otherwise.</param>
public sealed record CertificateOffer(CertificateRecord Record, OfferOutcome Outcome, string? Problem);
