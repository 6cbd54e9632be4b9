using System.Data.Common;

namespace TrustedApps.Storage.Database;

/// <summary>Reads columns as the store writes them.</summary>
internal static class RowReading
{
    public static string? GetText(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>Reads text as UTF-8, without decoding it.</summary>
    public static byte[]? GetUtf8(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    public static DateTimeOffset GetMoment(this DbDataReader row, int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? FindMoment(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetMoment(column);
}
