using Microsoft.Extensions.Logging;
using Npgsql;
using TrustedApps.Replay;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Replay;

namespace TrustedApps.Storage.Tests.Replay;

/// <summary>A database with the tables of the replay memory, and nodes that share it.</summary>
internal sealed class ReplayNodes : IAsyncDisposable
{
    private readonly List<PostgresReplayCache> _stores = [];

    private readonly string _connectionString;

    private ReplayNodes(string connectionString) => (_connectionString, Source) = (connectionString, NpgsqlDataSource.Create(connectionString));

    public NpgsqlDataSource Source { get; }

    public LogRecorder Log { get; } = new();

    /// <summary>Patient, for a machine that is busy; tests that wait for nothing say so.</summary>
    public static PostgresReplayOptions Patient { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public static async Task<ReplayNodes> CreateAsync(string connectionString, bool isNew = true)
    {
        var nodes = new ReplayNodes(connectionString);
        await nodes.ExecuteAsync(ReplaySchema.Postgres);
        if (isNew) await nodes.RecordNewAsync();
        return nodes;
    }

    public async Task RecordNewAsync()
    {
        await using StoreDatabase database = StoreDatabase.Of(_connectionString);
        await using StoreConnection opened = await database.OpenAsync(CancellationToken.None);
        await Installation.RecordNewAsync(opened, CancellationToken.None);
    }

    public PostgresReplayCache Start(PostgresReplayOptions? options = null, TimeProvider? time = null)
    {
        PostgresReplayCache store = new PostgresReplayCache(Source, new Logger<PostgresReplayCache>(new LoggerFactory([Log])), options ?? Patient, time);
        _stores.Add(store);
        return store;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using NpgsqlCommand command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(CancellationToken.None))!;
    }

    /// <summary>How many marks of version 4 the database holds.</summary>
    public async Task<long> CountOnceOnlyAsync() => await QueryAsync<long>(
        "SELECT " + string.Join(" + ", Enumerable.Range(0, ReplayRing.Slots).Select(slot => $"(SELECT count(*) FROM {ReplaySchema.OnceOnlyTable(slot)})")));

    public async ValueTask DisposeAsync()
    {
        foreach (PostgresReplayCache store in _stores) await store.DisposeAsync();
        await Source.DisposeAsync();
    }

    /// <summary>The present whole second, in milliseconds.</summary>
    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1000;

    public static ReplayEntry Once(int mark, long? issuedAt = null, string application = "wiki", int lifetime = 960)
    {
        long issued = issuedAt ?? Now;
        return ReplayEntry.Once(application, (UInt128)mark, issued, issued + (lifetime * 1000L), Now);
    }

    public static ReplayKey Mark(int key, int companion = 0) => new((UInt128)key, (UInt128)companion);

    public static ReplayEntry LegacyEntry(params ReplayKey[] marks) => ReplayEntry.Legacy("wiki", marks, Now, Now + 60_000, Now);

    public static async Task<ReplayStatus> AskAsync(PostgresReplayCache store, ReplayEntry record) =>
        (await store.TryAddAsync(record, TestContext.Current.CancellationToken)).Status;

    /// <summary>Asks until the store answers: it recovers by itself, when is its own matter.</summary>
    public static async Task<ReplayStatus> AskUntilAvailableAsync(PostgresReplayCache store, Func<ReplayEntry> record)
    {
        ReplayStatus status;
        do
        {
            status = await AskAsync(store, record());
        }
        while (status == ReplayStatus.Unavailable);
        return status;
    }
}
