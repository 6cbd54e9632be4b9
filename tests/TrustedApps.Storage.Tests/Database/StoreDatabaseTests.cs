using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests.Database;

public class StoreDatabaseTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_several_servers_the_primary_is_asked()
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp); // bound, and not listening
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var settings = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync());
        settings.Host = $"127.0.0.1:{((IPEndPoint)nobody.LocalEndPoint!).Port},127.0.0.1:{settings.Port}";

        await using TrustedAppsStore store = await TrustedAppsStore.OpenAsync(settings.ToString(), cancellationToken: Ct);
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);

        Assert.NotNull(await store.Trusts.FindAsync("wiki", Ct));
    }

    [Fact]
    public async Task A_standby_is_not_taken_for_what_it_says()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        string connection = await cluster.CreateDatabaseAsync();
        await using (TrustedAppsStore store = await TrustedAppsStore.OpenAsync(connection, cancellationToken: Ct)) await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        await cluster.StopAsync();
        await cluster.StandByAsync();
        await using var database = StoreDatabase.Of(connection);
        using var logs = new LogRecorder();
        using TrustSnapshot image = new TrustSnapshot(database, TimeProvider.System, new Logger<TrustedAppsStore>(new LoggerFactory([logs])));

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => image.RefreshAsync(Ct));

        Assert.Null(image.Find("wiki"));
        Assert.Contains("standby", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_put_in_the_place_of_the_store_is_noticed()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, postgres);
        await using TestDatabase other = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("revoked"), "ann", Ct);
        using TrustSnapshot image = await database.LoadImageAsync();
        Assert.NotNull(image.Find("revoked"));
        await (await other.OpenStoreAsync()).Trusts.AddAsync(Trusted.In("kept"), "ann", Ct); // as many changes as the first

        File.Move(other.Connection, database.Connection, overwrite: true);
        await image.RefreshAsync(Ct);

        Assert.Null(image.Find("revoked"));
        Assert.NotNull(image.Find("kept"));
    }

    [Fact]
    public async Task What_is_confirmed_survives_a_crash_whatever_the_server_s_default_is()
    {
        string connection = await postgres.CreateDatabaseAsync();
        var settings = new NpgsqlConnectionStringBuilder(connection) { Options = "-c synchronous_commit=off" };
        await using var database = StoreDatabase.Of(settings.ToString());
        await StoreSchema.Current.UpgradeAsync(database, Ct);

        string seen = await new StoreWriter(database).WriteAsync(
            async (connection, _) => await connection.QueryAsync($"SHOW synchronous_commit", row => row.GetString(0), Ct).SingleAsync(Ct),
            Ct);

        Assert.Equal("on", seen);
    }

    [Theory]
    [InlineData("Nonsense=1;Password=geheim")]
    [InlineData("Host=db;Port=many;Password=geheim")]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=x;Mode=Memory")]
    public void What_is_no_store_is_refused_without_repeating_it(string connection)
    {
        var failure = Assert.Throws<ArgumentException>(() => StoreDatabase.Of(connection));
        Assert.DoesNotContain("geheim", failure.ToString(), StringComparison.Ordinal);
    }
}
