namespace TrustedApps.Storage;

/// <summary>A trust in the store.</summary>
/// <param name="Trust">The trust.</param>
/// <param name="Version">Grows with each change of the trust. An edit names the version that it is based on.</param>
/// <param name="AddedAt">When it was added.</param>
/// <param name="AddedBy">The administrator who added it.</param>
/// <param name="ChangedAt">When it was last changed.</param>
public sealed record StoredTrust(
    TrustedApplication Trust,
    long Version,
    DateTimeOffset AddedAt,
    string AddedBy,
    DateTimeOffset ChangedAt
)
{
    /// <summary>The application id.</summary>
    public string Id => Trust.Id;
}
