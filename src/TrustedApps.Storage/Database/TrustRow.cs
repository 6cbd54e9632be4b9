using System.Data.Common;

namespace TrustedApps.Storage.Database;

/// <summary>
/// A row of trusted_apps_trusts. The row of a removed trust stays, without terms, so that every node sees the removal.
/// </summary>
internal sealed record TrustRow
{
    /// <summary>The columns, in the order in which <see cref="Read"/> takes them.</summary>
    public static readonly SqlFragment Columns = new(
        "id, name, terms, record, version, changed, added_at, added_by, changed_at, fetch_at, fetched_at, pending_until"
    );

    public required string Id { get; init; }

    public string Name { get; init; } = "";

    /// <summary>Name, state and conditions, as JSON; null when the trust was removed.</summary>
    public string? Terms { get; init; }

    /// <summary>The certificate record, as JSON; null for an application of older versions.</summary>
    public string? Record { get; init; }

    /// <summary>Grows with each change of this trust.</summary>
    public long Version { get; init; }

    /// <summary>The number of the store's change that wrote this row.</summary>
    public long Changed { get; init; }

    public DateTimeOffset AddedAt { get; init; }

    public string AddedBy { get; init; } = "";

    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>When the certificate is due to be fetched again; null if the trust has no base URL.</summary>
    public DateTimeOffset? FetchAt { get; init; }

    /// <summary>When the certificate was last requested.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>When a pending replacement takes effect; null if there is none.</summary>
    public DateTimeOffset? PendingUntil { get; init; }

    public static TrustRow Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Terms = row.GetText(2),
        Record = row.GetText(3),
        Version = row.GetInt64(4),
        Changed = row.GetInt64(5),
        AddedAt = row.GetMoment(6),
        AddedBy = row.GetString(7),
        ChangedAt = row.GetMoment(8),
        FetchAt = row.FindMoment(9),
        FetchedAt = row.FindMoment(10),
        PendingUntil = row.FindMoment(11),
    };
}
