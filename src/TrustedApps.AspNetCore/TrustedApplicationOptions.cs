namespace TrustedApps.AspNetCore;

/// <summary>
/// A trust, as configuration states it. Its certificate (a file, or a URL with the expected fingerprints) identifies
/// the application, or its legacy key for older versions.
/// </summary>
public sealed class TrustedApplicationOptions : TrustConditionsOptions
{
    /// <summary>The application's id. Optional if there is a certificate.</summary>
    public string? Id { get; set; }

    /// <summary>The name that people read; default: the id.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// A file with the application's version 4 certificate, as <c>trusted-apps certificate show</c> writes it.
    /// </summary>
    /// <value>Absolute, or relative to the content root of the host, as appsettings.json is.</value>
    public string? CertificateFile { get; set; }

    /// <summary>
    /// The application's base URL, or the URL of its certificate. The certificate is fetched in the background, kept in
    /// a file beside the key file, and under version 4 fetched again every 24 hours. Until it is there, requests of the
    /// application are refused with UNAVAILABLE.
    /// </summary>
    public string? CertificateUrl { get; set; }

    /// <summary>
    /// The fingerprint of the fetched key; with another one the application is refused. <see cref="CertificateUrl"/>
    /// requires this or <see cref="Fingerprints"/>.
    /// </summary>
    public string? Fingerprint { get; set; }

    /// <summary>
    /// The fingerprints of several signing keys. The certificate must have all of these keys. They vouch for keys that
    /// were added later.
    /// </summary>
    public IList<string> Fingerprints { get; } = [];

    /// <summary>The access by older versions; default none.</summary>
    public LegacyAccessOptions? Legacy { get; set; }

    /// <summary>Whether the application speaks version 4.</summary>
    internal bool IsVersion4 =>
        PublicKey is null && (Versions.Count == 0 || Versions.Contains(ProtocolVersion.Version4.Name));

    internal IReadOnlyList<string> AllFingerprints =>
        Fingerprint is null ? [.. Fingerprints] : [Fingerprint, .. Fingerprints];
}
