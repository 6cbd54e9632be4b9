namespace TrustedApps.AspNetCore;

/// <summary>
/// A trust, as configuration states it. The application is known either by its certificate (a file, or a URL with the
/// fingerprints to find there), or, for older versions, by its legacy key.
/// </summary>
public sealed class TrustedApplicationOptions : TrustConditionsOptions
{
    /// <summary>The application's id. May be left out where there is a certificate.</summary>
    public string? Id { get; set; }

    /// <summary>A name for people; default: the id.</summary>
    public string? Name { get; set; }

    /// <summary>A file with the application's version 4 certificate, as <c>trusted-apps certificate show</c> writes it.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>
    /// The application's base URL, from which its certificate is fetched at start-up, and under version 4 again every 24
    /// hours; or the address of the document itself.
    /// </summary>
    public string? CertificateUrl { get; set; }

    /// <summary>The fingerprint that the fetched key must have; another one stops start-up. Required beside <see cref="CertificateUrl"/>, or <see cref="Fingerprints"/>.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>Fingerprints, where several signing keys were compared: all of them must be among the certificate's. Keys added since are vouched for by these.</summary>
    public IList<string> Fingerprints { get; } = [];

    /// <summary>What the application may still do under older versions; default nothing.</summary>
    public LegacyAccessOptions? Legacy { get; set; }

    /// <summary>Whether the trust is in an application that speaks version 4.</summary>
    internal bool IsVersion4 => PublicKey is null && (Versions.Count == 0 || Versions.Contains(ProtocolVersion.Version4.Name));

    internal IReadOnlyList<string> AllFingerprints => Fingerprint is null ? [.. Fingerprints] : [Fingerprint, .. Fingerprints];
}
