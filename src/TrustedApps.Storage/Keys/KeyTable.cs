using System.Data;
using Npgsql;
using NpgsqlTypes;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Keys;

/// <summary>
/// The row of an application in trusted_apps_keys. What a change replaces holds private keys, too, some of which are
/// destroyed later: it must not stay in the files of the database.
/// </summary>
internal sealed class KeyTable(string id, StoreDatabase database)
{
    public async Task<KeyRow?> FindAsync(CancellationToken cancellationToken)
    {
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(connection, cancellationToken);
    }

    public ValueTask<KeyRow?> FindAsync(StoreConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            $"SELECT {KeyRow.Columns} FROM trusted_apps_keys WHERE id = {id}", KeyRow.Read, cancellationToken)
            .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Adds the row.</summary>
    /// <returns>Whether the store was empty before; null if there is such a row already.</returns>
    public async Task<bool?> AddAsync(
        StoreConnection connection, byte[] sealedKeys, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await FindAsync(connection, cancellationToken) is not null) return null;
        bool isNew = await connection.ReadNumberAsync(
            $"""
             SELECT CASE WHEN EXISTS (SELECT 1 FROM trusted_apps_keys) OR EXISTS (SELECT 1 FROM trusted_apps_trusts)
                 THEN CAST(0 AS bigint) ELSE 1 END
             """,
            cancellationToken) == 1;
        if (isNew) await Installation.RecordNewAsync(connection, cancellationToken);
        await connection.ExecuteAsync(
            $"""
             INSERT INTO trusted_apps_keys (id, sealed_keys, version, changed_at)
             VALUES ({id}, {sealedKeys}, 1, {now})
             """,
            cancellationToken);
        return isNew;
    }

    /// <summary>Replaces the row. Afterwards <see cref="TryEraseAsync"/> must succeed once.</summary>
    public async Task ReplaceAsync(
        StoreConnection connection, byte[] sealedKeys, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // SQLite overwrites with zeros what this connection replaces
        if (connection.IsSqlite) await connection.ExecuteAsync($"PRAGMA secure_delete = ON", cancellationToken);
        await connection.ExecuteAsync(
            $"""
             UPDATE trusted_apps_keys
             SET sealed_keys = {sealedKeys}, version = version + 1, changed_at = {now}
             WHERE id = {id}
             """,
            cancellationToken);
    }

    /// <summary>Erases from the files of the database what earlier changes have replaced.</summary>
    /// <returns>Whether that was done; false if readers of the table are in the way.</returns>
    public async Task<bool> TryEraseAsync(CancellationToken cancellationToken)
    {
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        if (connection.IsSqlite)
        {
            // moves the write-ahead log into the file, and empties it
            return await connection.ReadNumberAsync($"PRAGMA wal_checkpoint(TRUNCATE)", cancellationToken) == 0;
        }

        try
        {
            await RewriteAsync(connection, cancellationToken);
            return true;
        }
        catch (PostgresException blocked) when (blocked.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
    }

    // PostgreSQL keeps replaced rows, and neither VACUUM overwrites them nor VACUUM FULL leaves out those that an old
    // transaction may see. TRUNCATE begins new files, and the commit deletes the old ones. A dump whose snapshot is
    // older would find the table empty, if the rows were not frozen: those are in every snapshot.
    private static async Task RewriteAsync(StoreConnection connection, CancellationToken cancellationToken)
    {
        await connection.BeginAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await connection.ExecuteAsync($"SET LOCAL lock_timeout = '1s'", cancellationToken);
        await connection.ExecuteAsync($"SET LOCAL synchronous_commit = on", cancellationToken);
        await connection.ExecuteAsync(
            $"LOCK TABLE trusted_apps_keys IN ACCESS EXCLUSIVE MODE", cancellationToken);
        var rows = await connection.QueryAsync(
            $"SELECT {KeyRow.Columns}, changed_at FROM trusted_apps_keys",
            row => (Keys: KeyRow.Read(row), ChangedAt: row.GetInt64(3)),
            cancellationToken).ToListAsync(cancellationToken);
        await connection.ExecuteAsync($"TRUNCATE trusted_apps_keys", cancellationToken);
        await using (NpgsqlBinaryImporter copy = await connection.Postgres.BeginBinaryImportAsync(
            "COPY trusted_apps_keys (id, sealed_keys, version, changed_at) FROM STDIN (FORMAT binary, FREEZE)",
            cancellationToken))
        {
            foreach ((KeyRow keys, long changedAt) in rows)
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(keys.Id, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(keys.SealedKeys, NpgsqlDbType.Bytea, cancellationToken);
                await copy.WriteAsync(keys.Version, NpgsqlDbType.Bigint, cancellationToken);
                await copy.WriteAsync(changedAt, NpgsqlDbType.Bigint, cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
        }

        await connection.CommitAsync(cancellationToken);
    }
}
