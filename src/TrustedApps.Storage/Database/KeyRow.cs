using System.Data.Common;

namespace TrustedApps.Storage.Database;

/// <summary>A row of trusted_apps_keys: an application's own keys, protected.</summary>
/// <param name="Id">The application id.</param>
/// <param name="SealedKeys">The protected key file.</param>
/// <param name="Version">Grows with each change of this row.</param>
internal sealed record KeyRow(string Id, byte[] SealedKeys, long Version)
{
    /// <summary>The columns, in the order in which <see cref="Read"/> takes them.</summary>
    public static readonly SqlFragment Columns = new("id, sealed_keys, version");

    public static KeyRow Read(DbDataReader row) => new(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2));
}
