using Npgsql;

namespace TrustedApps.Storage.Tests;

public class PostgresClusterTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Each_database_is_new()
    {
        Assert.NotEqual(await postgres.CreateDatabaseAsync(), await postgres.CreateDatabaseAsync());
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await using NpgsqlCommand command = source.CreateCommand("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
        Assert.Equal(0L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_committed_survives(bool isImmediate)
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        await cluster.QueryAsync("postgres", "CREATE TABLE kept (number int); INSERT INTO kept VALUES (7)");
        int port = cluster.Port;
        await cluster.StopAsync(isImmediate ? StopMode.Immediate : StopMode.Fast);
        await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.QueryAsync("postgres", "SELECT 1"));
        await cluster.StartAgainAsync();
        Assert.Equal("7", await cluster.QueryAsync("postgres", "SELECT number FROM kept"));
        Assert.Equal(port, cluster.Port);
    }
}
