using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace TrustedApps.Storage.Database;

/// <summary>
/// Makes the tables and brings them up to date, forward only: all missing steps in one transaction, which of several
/// nodes that start at once one does while the others wait.
/// </summary>
internal sealed class StoreSchema(params IReadOnlyList<SchemaStep> steps)
{
    private const int PatienceSeconds = 600; // for another node that is at it, and for a step over many rows
    private const long LockNumber = 0x54727573744170; // "TrustAp": any number that nobody else locks

    public static StoreSchema Current { get; } = new(FirstStep.Step);

    /// <summary>The newest step that this program knows.</summary>
    public int Version => steps.Count;

    /// <exception cref="InvalidOperationException">A newer program has been here.</exception>
    public async Task UpgradeAsync(StoreDatabase database, CancellationToken cancellationToken)
    {
        await database.PrepareAsync(cancellationToken);
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        if (await ReadVersionAsync(connection, database, transaction: null, cancellationToken) == Version) return;

        if (connection is SqliteConnection sqlite) sqlite.DefaultTimeout = PatienceSeconds; // for BEGIN IMMEDIATE, too
        await using DbTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken); // whatever the server's default is: after the lock it must see what the other has done. SQLite: BEGIN IMMEDIATE, so one at a time
        if (database.Postgres is not null) await RunAsync(connection, transaction, $"SELECT pg_advisory_xact_lock({LockNumber})", cancellationToken);
        await RunAsync(connection, transaction, "CREATE TABLE IF NOT EXISTS trusted_apps_schema (version integer NOT NULL)", cancellationToken);

        int version = await ReadVersionAsync(connection, database, transaction, cancellationToken);
        if (version > Version) throw new InvalidOperationException(Describe(database, version));
        foreach (SchemaStep step in steps.Where(step => step.Number > version))
        {
            await RunAsync(connection, transaction, database.Postgres is null ? step.Sqlite : step.Postgres, cancellationToken);
        }

        await RunAsync(connection, transaction, $"DELETE FROM trusted_apps_schema; INSERT INTO trusted_apps_schema (version) VALUES ({Version})", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Makes sure that the database has this schema, and changes nothing.</summary>
    /// <exception cref="InvalidOperationException">It has none, or another.</exception>
    public async Task RequireAsync(StoreDatabase database, CancellationToken cancellationToken)
    {
        int version = await FindVersionAsync(database, cancellationToken);
        if (version != Version) throw new InvalidOperationException(Describe(database, version));
    }

    /// <summary>Says what is wrong with another schema than this one, and what to do.</summary>
    public string Describe(StoreDatabase database, int version) => version switch
    {
        0 => $"There is no store at {database.Description}. An application makes it when it starts, or 'trusted-apps trust add' when the first trust is added.",
        _ when version < Version => $"The store {database.Description} has schema {version}, and this program works with {Version}: an application of this version brings it up to date when it starts.",
        _ => $"The store {database.Description} has schema {version}, and this program knows {Version}: a newer one has been here. Use that one, or restore a backup.",
    };

    /// <summary>The schema of the database; 0 if it has none, or is not there. Makes no file.</summary>
    public static async Task<int> FindVersionAsync(StoreDatabase database, CancellationToken cancellationToken) =>
        database.IsMissingFile ? 0 : await ReadVersionAsync(database, cancellationToken);

    /// <summary>The schema of the database; 0 if it has none.</summary>
    public static async Task<int> ReadVersionAsync(StoreDatabase database, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        return await ReadVersionAsync(connection, database, transaction: null, cancellationToken);
    }

    private static async Task<int> ReadVersionAsync(DbConnection connection, StoreDatabase database, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        string exists = database.Postgres is null
            ? "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'trusted_apps_schema'"
            : "SELECT count(*) FROM pg_class WHERE oid = to_regclass('trusted_apps_schema')";
        if (await ReadNumberAsync(exists) == 0) return 0;
        return (int)await ReadNumberAsync("SELECT coalesce(max(version), 0) FROM trusted_apps_schema");

        async Task<long> ReadNumberAsync(string query)
        {
            await using DbCommand command = connection.CreateCommand();
            (command.CommandText, command.Transaction) = (query, transaction);
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
        }
    }

    private static async Task RunAsync(DbConnection connection, DbTransaction transaction, string statements, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        (command.CommandText, command.Transaction, command.CommandTimeout) = (statements, transaction, PatienceSeconds);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
