namespace TrustedApps.Storage;

/// <summary>The result of a check of a store. The check creates and changes nothing.</summary>
public sealed record StoreCheck
{
    /// <summary>The place of the store, without a password.</summary>
    public required string Store { get; init; }

    /// <summary>
    /// Whether the database answers; false if its file does not exist. If not, the other properties have no meaning.
    /// </summary>
    public bool IsReachable { get; init; }

    /// <summary>The schema of the store; 0 if there is none.</summary>
    public int SchemaVersion { get; init; }

    /// <summary>The newest schema that this program supports.</summary>
    public int KnownSchemaVersion { get; init; }

    /// <summary>The number of trusts, including those that cannot be read.</summary>
    public int Trusts { get; init; }

    /// <summary>The number of providers, including those that cannot be read.</summary>
    public int Providers { get; init; }

    /// <summary>Ids of trusts, and base URLs of providers, whose rows cannot be read; the first hundred.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>
    /// The time by which the database's clock is ahead of this one, within half a round trip; null for SQLite, which
    /// has no clock.
    /// </summary>
    public TimeSpan? ClockDifference { get; init; }

    /// <summary>The number of applications with own keys in the store.</summary>
    public int KeyRings { get; init; }

    /// <summary>Whether the key folder decrypts these keys; null if that was not checked.</summary>
    public bool? KeysOpen { get; init; }

    /// <summary>
    /// The time at which the first of these keys that decrypts is replaced by itself; null if none is, or if that was
    /// not checked.
    /// </summary>
    public DateTimeOffset? NextRotationAt { get; init; }

    /// <summary>The problems and their remedies, for people.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Whether the check found no problem.</summary>
    public bool IsWell => Problems.Count == 0;
}
