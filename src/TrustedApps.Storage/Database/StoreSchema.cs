using System.Data;
using System.Data.Common;

namespace TrustedApps.Storage.Database;

/// <summary>
/// Creates the tables and upgrades them, forward only: all missing steps in one transaction. If several nodes start at
/// the same time, one of them upgrades, and the others wait for it.
/// </summary>
internal sealed class StoreSchema(params IReadOnlyList<SchemaStep> steps)
{
    private const int PatienceSeconds = 600; // for the upgrade of another node, and for a step over many rows
    private const long LockNumber = 0x54727573744170; // "TrustAp": any number that no other program locks

    public static StoreSchema Current { get; } = new(FirstStep.Step, SecondStep.Step);

    /// <summary>The newest step of this program.</summary>
    public int Version => steps.Count;

    /// <exception cref="InvalidOperationException">A newer program has upgraded the store.</exception>
    public async Task UpgradeAsync(StoreDatabase database, CancellationToken cancellationToken)
    {
        await database.PrepareAsync(cancellationToken);
        await using StoreConnection connection = await OpenFirstAsync(database, cancellationToken);
        if (await ReadVersionAsync(connection, cancellationToken) == Version) return;

        // After the lock this transaction must see what another node has committed, whatever the server's default is.
        connection.SetTimeout(PatienceSeconds);
        await connection.BeginAsync(IsolationLevel.ReadCommitted, cancellationToken);
        if (!connection.IsSqlite)
        {
            await connection.ExecuteAsync($"SELECT pg_advisory_xact_lock({LockNumber})", cancellationToken);
        }

        await connection.ExecuteAsync(
            $"CREATE TABLE IF NOT EXISTS trusted_apps_schema (version integer NOT NULL)",
            cancellationToken
        );

        int version = await ReadVersionAsync(connection, cancellationToken);
        if (version > Version) throw new InvalidOperationException(Describe(database, version));
        foreach (SchemaStep step in steps.Where(step => step.Number > version))
        {
            var statements = new SqlFragment(connection.IsSqlite ? step.Sqlite : step.Postgres);
            await connection.ExecuteAsync($"{statements}", cancellationToken);
        }

        await connection.ExecuteAsync($"DELETE FROM trusted_apps_schema", cancellationToken);
        await connection.ExecuteAsync(
            $"INSERT INTO trusted_apps_schema (version) VALUES ({Version})",
            cancellationToken
        );
        await connection.CommitAsync(cancellationToken);
    }

    // The first contact: what fails here is a setting, or a database that does not run.
    private static async Task<StoreConnection> OpenFirstAsync(
        StoreDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            return await database.OpenAsync(cancellationToken);
        }
        catch (DbException cause)
        {
            throw new InvalidOperationException(
                $"The store at {database.Description} cannot be opened: {cause.Message.TrimEnd('.')}. Does the database run, and does Connection of AddTrustedAppsStore (--store of the tool) name the right one, and a user who may connect to it?",
                cause);
        }
    }

    /// <summary>Checks that the database has this schema, and changes nothing.</summary>
    /// <exception cref="InvalidOperationException">The database has no schema, or another one.</exception>
    public async Task RequireAsync(StoreDatabase database, CancellationToken cancellationToken)
    {
        int version = await FindVersionAsync(database, cancellationToken);
        if (version != Version) throw new InvalidOperationException(Describe(database, version));
    }

    /// <summary>Describes the difference between this schema and another, and the remedy.</summary>
    public string Describe(StoreDatabase database, int version) =>
        version switch
        {
            0 =>
                $"There is no store at {database.Description}. An application makes it when it starts, or 'trusted-apps trust add' when the first trust is added.",
            _ when version < Version =>
                $"The store {database.Description} has schema {version}, and this program needs {Version}. Start an application of this version: it upgrades the store.",
            _ =>
                $"The store {database.Description} has schema {version}, and this program supports {Version} at most: a newer program has upgraded it. Use the newer program, or restore a backup.",
        };

    /// <summary>Returns the schema of the database; 0 if it has none, or does not exist. Creates no file.</summary>
    public static async Task<int> FindVersionAsync(StoreDatabase database, CancellationToken cancellationToken)
    {
        if (database.IsMissingFile) return 0;
        await using StoreConnection connection = await database.OpenAsync(cancellationToken);
        return await ReadVersionAsync(connection, cancellationToken);
    }

    private static async Task<int> ReadVersionAsync(StoreConnection connection, CancellationToken cancellationToken)
    {
        long exists = connection.IsSqlite
            ? await connection.ReadNumberAsync(
                $"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'trusted_apps_schema'",
                cancellationToken
            )
            : await connection.ReadNumberAsync(
                $"SELECT count(*) FROM pg_class WHERE oid = to_regclass('trusted_apps_schema')",
                cancellationToken
            );
        if (exists == 0) return 0;
        return (int)
            await connection.ReadNumberAsync(
                $"SELECT CAST(coalesce(max(version), 0) AS bigint) FROM trusted_apps_schema",
                cancellationToken
            );
    }
}
