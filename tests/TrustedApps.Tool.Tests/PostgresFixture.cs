using TrustedApps.Tests.Shared;

[assembly: AssemblyFixture(typeof(TrustedApps.Tool.Tests.PostgresFixture))]

namespace TrustedApps.Tool.Tests;

/// <summary>One PostgreSQL for all tests of this assembly, started for the first that needs it.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresCluster>> _cluster = new(() => PostgresCluster.StartAsync());

    /// <summary>Makes an empty database and says how to connect to it.</summary>
    public async Task<string> CreateDatabaseAsync() => await (await _cluster.Value).CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        if (_cluster.IsValueCreated) await (await _cluster.Value).DisposeAsync();
    }
}
