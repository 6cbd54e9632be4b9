namespace TrustedApps.Storage;

/// <summary>What was found when a store was looked at; nothing of it was made or changed.</summary>
public sealed record StoreCheck
{
    /// <summary>Where the store is, without a password.</summary>
    public required string Store { get; init; }

    /// <summary>Whether the database answers. If not, nothing else is known.</summary>
    public bool IsReachable { get; init; }

    /// <summary>The schema of the store; 0 if there is none.</summary>
    public int SchemaVersion { get; init; }

    /// <summary>The newest schema that this program knows.</summary>
    public int KnownSchemaVersion { get; init; }

    /// <summary>How many trusts there are, with those that cannot be read.</summary>
    public int Trusts { get; init; }

    /// <summary>How many providers there are, with those that cannot be read.</summary>
    public int Providers { get; init; }

    /// <summary>Ids of trusts, and base URLs of providers, whose rows cannot be read; the first hundred.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>By how much the database's clock is ahead of this one, give or take half a round trip; null for SQLite, which has none.</summary>
    public TimeSpan? ClockDifference { get; init; }

    /// <summary>How many applications have their own keys in the store.</summary>
    public int KeyRings { get; init; }

    /// <summary>Whether these open with the key folder; null if that was not tried.</summary>
    public bool? KeysOpen { get; init; }

    /// <summary>What is wrong, and what to do; for people.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Whether all that was looked at is well.</summary>
    public bool IsWell => Problems.Count == 0;
}
