namespace TrustedApps.Storage;

/// <summary>Some of the trusts, by id.</summary>
/// <param name="Trusts">The trusts.</param>
/// <param name="Total">How many there are in all that match.</param>
/// <param name="Unreadable">Ids among these whose rows cannot be read.</param>
public sealed record TrustPage(IReadOnlyList<StoredTrust> Trusts, int Total, IReadOnlyList<string> Unreadable);
