using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace TrustedApps.Storage.Database;

/// <summary>The database of a store: one SQLite file, or PostgreSQL shared by nodes.</summary>
internal sealed class StoreDatabase : IAsyncDisposable
{
    private const int PatienceSeconds = 5; // for a lock that another process holds, and for an answer

    private readonly string? _sqlite;

    private StoreDatabase(string sqlite, string description) => (_sqlite, Description) = (sqlite, description);

    private StoreDatabase(NpgsqlDataSource postgres, string description) => (Postgres, Description) = (postgres, description);

    /// <summary>PostgreSQL; null for SQLite.</summary>
    public NpgsqlDataSource? Postgres { get; }

    /// <summary>Where the database is, without a password.</summary>
    public string Description { get; }

    /// <summary>Whether it is SQLite, and there is no such file yet.</summary>
    public bool IsMissingFile => _sqlite is not null && !File.Exists(new SqliteConnectionStringBuilder(_sqlite).DataSource);

    /// <summary>Names a database; nothing is opened yet.</summary>
    /// <param name="connection">A SQLite file name, or a connection string of SQLite or PostgreSQL.</param>
    /// <exception cref="ArgumentException">It is neither. The message does not repeat it: it may hold a password.</exception>
    public static StoreDatabase Of(string connection)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connection);
        return TryRead(connection) ?? throw new ArgumentException("The connection of the store is neither the name of a SQLite file nor a connection string of SQLite (Data Source=...) or PostgreSQL (Host=...;Database=...).", nameof(connection));
    }

    public async Task<StoreConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (Postgres is not null) return new StoreConnection(await Postgres.OpenConnectionAsync(cancellationToken));
        var connection = new SqliteConnection(_sqlite);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return new StoreConnection(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the file of SQLite, for its owner alone, where there is none, and lets readers and a writer work side by side.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_sqlite is null) return;

        string path = new SqliteConnectionStringBuilder(_sqlite).DataSource;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (new FileStream(path, options))
        {
            // SQLite gives the files beside it the same mode.
        }

        await using StoreConnection connection = await OpenAsync(cancellationToken);
        await connection.ExecuteAsync($"PRAGMA journal_mode = WAL", cancellationToken);
    }

    public ValueTask DisposeAsync() => Postgres?.DisposeAsync() ?? ValueTask.CompletedTask;

    // What is wrong is not passed on: it may repeat a password.
    private static StoreDatabase? TryRead(string connection)
    {
        try
        {
            if (!connection.Contains('=', StringComparison.Ordinal)) return OfSqlite(new SqliteConnectionStringBuilder { DataSource = connection });
            var settings = new DbConnectionStringBuilder { ConnectionString = connection };
            return settings.ContainsKey("Host") || settings.ContainsKey("Server")
                ? OfPostgres(new NpgsqlConnectionStringBuilder(connection))
                : OfSqlite(new SqliteConnectionStringBuilder(connection));
        }
        catch (Exception cause) when (cause is ArgumentException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static StoreDatabase OfSqlite(SqliteConnectionStringBuilder settings)
    {
        if (settings.DataSource.Length == 0 || settings.DataSource == ":memory:" || settings.Mode == SqliteOpenMode.Memory) throw new ArgumentException("A store is a file.");
        settings.DefaultTimeout = PatienceSeconds;
        settings.Pooling = false; // a file that is put in the place of this one is noticed
        return new StoreDatabase(settings.ToString(), settings.DataSource);
    }

    private static StoreDatabase OfPostgres(NpgsqlConnectionStringBuilder settings)
    {
        settings.CommandTimeout = settings.Timeout = PatienceSeconds;
        settings.ApplicationName ??= "TrustedApps";
        settings.KeepAlive = settings.KeepAlive == 0 ? PatienceSeconds : settings.KeepAlive; // seconds; notices a server that vanished
        var builder = new NpgsqlDataSourceBuilder(settings.ToString());
        NpgsqlDataSource source = settings.Host?.Contains(',', StringComparison.Ordinal) == true
            ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary) // a standby may be behind
            : builder.Build();
        return new StoreDatabase(source, $"{settings.Database ?? "the default database"} on {settings.Host}:{settings.Port}");
    }
}
