namespace TrustedApps.Storage;

/// <summary>A page of trusts, sorted by id.</summary>
/// <param name="Trusts">The trusts.</param>
/// <param name="Total">The number of all trusts that match.</param>
/// <param name="Unreadable">The ids on this page whose rows cannot be read.</param>
public sealed record TrustPage(IReadOnlyList<StoredTrust> Trusts, int Total, IReadOnlyList<string> Unreadable);
