using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests;

/// <summary>An empty database of its own, and whoever works on it.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _opened = [];
    private readonly DirectoryInfo? _directory;

    private TestDatabase(DatabaseKind kind, string connection, DirectoryInfo? directory) => (Kind, Connection, _directory) = (kind, connection, directory);

    public DatabaseKind Kind { get; }

    /// <summary>As the option takes it.</summary>
    public string Connection { get; }

    public LogRecorder Logs { get; } = new();

    public ILogger<TrustedAppsStore> Logger => new Logger<TrustedAppsStore>(new LoggerFactory([Logs]));

    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind, PostgresFixture postgres)
    {
        if (kind == DatabaseKind.Postgres) return new TestDatabase(kind, await postgres.CreateDatabaseAsync(), directory: null);
        DirectoryInfo directory = Directory.CreateTempSubdirectory("trusted-apps-store-");
        return new TestDatabase(kind, Path.Combine(directory.FullName, "trust.db"), directory);
    }

    /// <summary>Another process's view of the database, without tables.</summary>
    public StoreDatabase Open()
    {
        var database = StoreDatabase.Of(Connection);
        _opened.Add(database);
        return database;
    }

    /// <summary>An administrator's store, which has its tables.</summary>
    public async Task<TrustedAppsStore> OpenStoreAsync(TimeProvider? time = null)
    {
        TrustedAppsStore store = await TrustedAppsStore.OpenAsync(Connection, time, TestContext.Current.CancellationToken);
        _opened.Add(store);
        return store;
    }

    /// <summary>A node's image of the trusts, loaded.</summary>
    public async Task<TrustSnapshot> LoadImageAsync(TimeProvider? time = null)
    {
        StoreDatabase database = Open();
        await StoreSchema.Current.UpgradeAsync(database, TestContext.Current.CancellationToken);
        TrustSnapshot image = new TrustSnapshot(database, time ?? TimeProvider.System, Logger);
        await image.RefreshAsync(TestContext.Current.CancellationToken);
        return image;
    }

    /// <summary>A node's own keys, not loaded. The clock of the database is the node's, unless a test says otherwise.</summary>
    public DatabaseKeyStore OpenKeyStore(string keyFolder, TimeProvider time, TimeSpan? rotation = null, DatabaseClock? clock = null)
    {
        StoreDatabase database = Open();
        var options = new TrustedAppsStoreOptions();
        if (rotation is { } interval) options.EncryptionKeyRotation = interval;
        return new DatabaseKeyStore(
            TestKeys.Tracker.Id, database, new StoreWriter(database), KeyProtector.Of(keyFolder), new Installation(), clock ?? SharedClock(time), Options.Create(options), time, Logger);
    }

    /// <summary>The clock of a database that agrees with a test's.</summary>
    public static DatabaseClock SharedClock(TimeProvider time) => _ => Task.FromResult<DateTimeOffset?>(time.GetUtcNow());

    /// <summary>Runs SQL past the product.</summary>
    public async Task<long> ExecuteAsync(string sql, params (string Name, object? Value)[] values)
    {
        await using DbConnection connection = await ConnectAsync();
        await using DbCommand command = CommandOf(connection, sql, values);
        return await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The rows of a query, their columns joined by bars.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string sql, params (string Name, object? Value)[] values)
    {
        await using DbConnection connection = await ConnectAsync();
        await using DbCommand command = CommandOf(connection, sql, values);
        await using DbDataReader rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var lines = new List<string>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(string.Join('|', Enumerable.Range(0, rows.FieldCount).Select(index => rows.IsDBNull(index) ? "" : Convert.ToString(rows.GetValue(index), CultureInfo.InvariantCulture))));
        }

        return lines;
    }

    /// <summary>A connection past the product.</summary>
    public async Task<DbConnection> ConnectAsync()
    {
        DbConnection connection = Kind == DatabaseKind.Postgres
            ? new NpgsqlConnection(Connection)
            : new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Connection, Pooling = false }.ToString());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable opened in _opened) await opened.DisposeAsync();
        _directory?.Delete(recursive: true);
    }

    private static DbCommand CommandOf(DbConnection connection, string sql, (string Name, object? Value)[] values)
    {
        DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in values)
        {
            DbParameter parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
