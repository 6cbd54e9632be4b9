using TrustedApps.Certificates;

namespace TrustedApps.Storage;

/// <summary>A provider that this application may ask: its pinned certificate.</summary>
/// <param name="BaseUrl">Below which URL it is asked.</param>
/// <param name="Record">Its certificate, as it is on record.</param>
/// <param name="AddedAt">When it was added.</param>
/// <param name="AddedBy">The administrator who added it.</param>
public sealed record StoredProvider(BaseUrl BaseUrl, CertificateRecord Record, DateTimeOffset AddedAt, string AddedBy);
