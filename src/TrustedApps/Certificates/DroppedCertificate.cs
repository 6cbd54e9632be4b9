namespace TrustedApps.Certificates;

/// <summary>
/// A replacement whose hold ended because it was no longer served. Another server may have served it.
/// </summary>
/// <param name="Certificate">The certificate that was held.</param>
/// <param name="DroppedAt">The time at which it was dropped.</param>
public sealed record DroppedCertificate(ApplicationCertificate Certificate, DateTimeOffset DroppedAt);
