using System.Data.Common;

namespace TrustedApps.Storage.Database;

/// <summary>A row of trusted_apps_providers: the pinned certificate of a provider.</summary>
internal sealed record ProviderRow
{
    /// <summary>The columns, in the order in which <see cref="Read"/> takes them.</summary>
    public static readonly SqlFragment Columns = new("base_url, record, version, added_at, added_by");

    public required string BaseUrl { get; init; }

    /// <summary>The certificate record, as JSON.</summary>
    public required string Record { get; init; }

    /// <summary>Grows with each change of this row.</summary>
    public long Version { get; init; }

    public DateTimeOffset AddedAt { get; init; }

    public string AddedBy { get; init; } = "";

    public static ProviderRow Read(DbDataReader row) => new()
    {
        BaseUrl = row.GetString(0),
        Record = row.GetString(1),
        Version = row.GetInt64(2),
        AddedAt = row.GetMoment(3),
        AddedBy = row.GetString(4),
    };
}
