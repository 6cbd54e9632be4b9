using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace TrustedApps.Storage.Database;

/// <summary>The database of a store: one SQLite file, or a PostgreSQL database that nodes share.</summary>
internal sealed class StoreDatabase : IAsyncDisposable
{
    /// <summary>
    /// The message for a connection that is not valid. It does not repeat the connection, which may hold a password.
    /// </summary>
    public const string NotAConnection =
        "Connection must be the name of a SQLite file, or a connection string of SQLite (Data Source=...) or PostgreSQL (Host=...;Database=...). A database in memory is not possible: it ends with the process.";

    private const int PatienceSeconds = 5; // for a lock that another process holds, and for an answer

    private readonly SqliteConnectionStringBuilder? _sqlite;

    public StoreDatabase(IOptions<TrustedAppsStoreOptions> options)
        : this(options.Value.Connection ?? "")
    {
    }

    private StoreDatabase(string connection)
    {
        switch (Parse(connection))
        {
            case SqliteConnectionStringBuilder sqlite:
                (_sqlite, Description) = (sqlite, sqlite.DataSource);
                break;
            case NpgsqlConnectionStringBuilder postgres:
                (Postgres, Description) = (
                    Open(postgres),
                    $"{postgres.Database ?? "the default database"} on {postgres.Host}:{postgres.Port}"
                );
                break;
            default:
                throw new ArgumentException(NotAConnection, nameof(connection));
        }
    }

    /// <summary>PostgreSQL; null for SQLite.</summary>
    public NpgsqlDataSource? Postgres { get; }

    /// <summary>The place of the database, without a password.</summary>
    public string Description { get; }

    /// <summary>The name of the file of SQLite; null for PostgreSQL.</summary>
    public string? FileName => _sqlite?.DataSource;

    /// <summary>Whether it is SQLite, and the file does not exist yet.</summary>
    public bool IsMissingFile => _sqlite is not null && !File.Exists(_sqlite.DataSource);

    /// <summary>Whether a text is a valid connection.</summary>
    public static bool IsConnection(string connection) => Parse(connection) is not null;

    /// <summary>Names a database, without opening it.</summary>
    /// <param name="connection">The name of a SQLite file, or a connection string of SQLite or PostgreSQL.</param>
    /// <exception cref="ArgumentException">
    /// It is not a valid connection. The message does not repeat it: it may hold a password.
    /// </exception>
    public static StoreDatabase Of(string connection)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connection);
        return new StoreDatabase(connection);
    }

    public async Task<StoreConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (Postgres is not null) return new StoreConnection(await Postgres.OpenConnectionAsync(cancellationToken));
        var connection = new SqliteConnection(_sqlite!.ToString());
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

    /// <summary>
    /// Creates the file of SQLite, for its owner alone, if it is missing, and lets readers and a writer work side by
    /// side.
    /// </summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_sqlite is null) return;

        if (Path.GetDirectoryName(Path.GetFullPath(_sqlite.DataSource)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (new FileStream(_sqlite.DataSource, options))
        {
            // SQLite gives the files beside it the same mode.
        }

        await using StoreConnection connection = await OpenAsync(cancellationToken);
        await connection.ExecuteAsync($"PRAGMA journal_mode = WAL", cancellationToken);
    }

    /// <returns>The time by the clock of the database; null for SQLite, which has none but the host's.</returns>
    public async Task<DateTimeOffset?> ReadTimeAsync(CancellationToken cancellationToken)
    {
        if (Postgres is null) return null;
        await using StoreConnection connection = await OpenAsync(cancellationToken);
        return DateTimeOffset.FromUnixTimeMilliseconds(await connection.ReadNumberAsync(
            $"SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", cancellationToken));
    }

    public ValueTask DisposeAsync() => Postgres?.DisposeAsync() ?? ValueTask.CompletedTask;

    // Returns null for a connection that is not valid, without the cause: its message may repeat a password.
    private static DbConnectionStringBuilder? Parse(string connection)
    {
        try
        {
            if (!connection.Contains('=', StringComparison.Ordinal))
            {
                return Complete(new SqliteConnectionStringBuilder { DataSource = connection });
            }

            var settings = new DbConnectionStringBuilder { ConnectionString = connection };
            return settings.ContainsKey("Host") || settings.ContainsKey("Server")
                ? Complete(new NpgsqlConnectionStringBuilder(connection))
                : Complete(new SqliteConnectionStringBuilder(connection));
        }
        catch (Exception cause) when (cause is ArgumentException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static SqliteConnectionStringBuilder? Complete(SqliteConnectionStringBuilder settings)
    {
        if (
            settings.DataSource.Length == 0
            || settings.DataSource == ":memory:"
            || settings.Mode == SqliteOpenMode.Memory
        )
        {
            return null;
        }

        settings.DefaultTimeout = PatienceSeconds;
        settings.Pooling = false; // a file that is put in the place of this one is noticed
        return settings;
    }

    private static NpgsqlConnectionStringBuilder Complete(NpgsqlConnectionStringBuilder settings)
    {
        settings.CommandTimeout = settings.Timeout = PatienceSeconds;
        settings.ApplicationName ??= "TrustedApps";

        // A pooler such as PgBouncer may run each transaction on another session. None leaves anything in a session, so
        // there is nothing to reset, which would hit the session of another client.
        (settings.MaxAutoPrepare, settings.Multiplexing, settings.NoResetOnClose) = (0, false, true);
        // seconds; detects a server that is gone
        settings.KeepAlive = settings.KeepAlive == 0 ? PatienceSeconds : settings.KeepAlive;
        return settings;
    }

    private static NpgsqlDataSource Open(NpgsqlConnectionStringBuilder settings)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.ToString());
        return settings.Host?.Contains(',', StringComparison.Ordinal) == true
            ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary) // a standby may be behind
            : builder.Build();
    }
}
