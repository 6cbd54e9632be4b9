namespace TrustedApps.TestSupport;

/// <summary>One PostgreSQL for all tests of this assembly that do not stop it: each makes a database of its own.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresCluster>> _cluster = new(() => PostgresCluster.StartAsync());

    internal Task<PostgresCluster> Cluster => _cluster.Value;

    /// <summary>Makes an empty database and says how to connect to it.</summary>
    public async Task<string> CreateDatabaseAsync() => await (await Cluster).CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        if (_cluster.IsValueCreated) await (await Cluster).DisposeAsync();
    }
}
