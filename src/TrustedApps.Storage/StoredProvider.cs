using TrustedApps.Certificates;

namespace TrustedApps.Storage;

/// <summary>A provider to which this application may send requests, with its pinned certificate.</summary>
/// <param name="BaseUrl">The base URL of the requests.</param>
/// <param name="Record">The certificate record.</param>
/// <param name="AddedAt">When it was added.</param>
/// <param name="AddedBy">The administrator who added it.</param>
public sealed record StoredProvider(BaseUrl BaseUrl, CertificateRecord Record, DateTimeOffset AddedAt, string AddedBy);
