using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TrustedApps.Bench.Setup;
using TrustedApps.Replay;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Replay;

namespace TrustedApps.Bench.Nodes;

/// <summary>A node of the provider, as far as it shares something: its own connections, its own store on the shared memory, its own verifier.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly PostgresReplayCache _store;

    private Node(string connection, PostgresReplayOptions options)
    {
        _source = NpgsqlDataSource.Create(connection);
        _store = new PostgresReplayCache(_source, NullLogger<PostgresReplayCache>.Instance, options with { Timeout = TimeSpan.FromSeconds(30), Front = BenchFixture.WideMemory });
        Verifier = BenchFixture.Verifier(new InMemoryTrustStore(BenchFixture.Trust(BenchKeys.Wiki)), _store);
    }

    public AssertionVerifier Verifier { get; }

    /// <summary>A node as it is by default.</summary>
    public static Node Start(string connection) => new(connection, new PostgresReplayOptions());

    /// <summary>A node that writes each mark by itself, over some connections.</summary>
    public static Node StartOneByOne(string connection, int connections) => new(connection, new PostgresReplayOptions { Writers = connections, MaxBatch = 1 });

    /// <summary>Makes the tables, in which nothing can have been seen yet.</summary>
    public static async Task InstallAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using NpgsqlCommand command = source.CreateCommand(ReplaySchema.Postgres);
        await command.ExecuteNonQueryAsync();
        await using StoreDatabase database = StoreDatabase.Of(connection);
        await using StoreConnection opened = await database.OpenAsync(CancellationToken.None);
        await Installation.RecordNewAsync(opened, CancellationToken.None);
    }

    /// <summary>Remembers a mark that is new.</summary>
    public async Task TryAddAsync(UInt128 mark)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 1000;
        ReplayResult answer = await _store.TryAddAsync(ReplayEntry.Once("wiki", mark, now, now + Insertion.Lifetime, now), CancellationToken.None);
        if (answer.Status != ReplayStatus.First) throw new InvalidOperationException($"A new mark is to be the first of its kind, not {answer.Status}.");
    }

    /// <summary>Verifies a request that comes for the first time.</summary>
    public async Task AcceptAsync(IncomingRequest request)
    {
        Verdict verdict = await Verifier.VerifyAsync(request);
        if (!verdict.Accepted) throw new InvalidOperationException($"A new request is to be accepted: {verdict.Rejection?.Detail}");
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _source.DisposeAsync();
    }
}
