namespace TrustedApps.Certificates;

/// <summary>The reason for which a <see cref="CertificateRefresher"/> changes a record.</summary>
public enum CertificateRefreshStep
{
    /// <summary>The certificate was fetched, and confirms or replaces the one on record, or is held.</summary>
    Fetched,

    /// <summary>The hold of a replacement has ended, so the replacement takes effect.</summary>
    HoldEnded,
}
