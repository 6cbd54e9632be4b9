using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Certificates;
using TrustedApps.Hosting;
using TrustedApps.Keys;
using TrustedApps.Storage.Certificates;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests.Trusts;

/// <summary>The health of a node whose trusts, and with PostgreSQL the replay cache, are in a database.</summary>
public sealed class DatabaseTrustStoreHealthTests(PostgresFixture postgres)
{
    private static readonly TimeSpan _staleness = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task A_node_whose_server_has_stopped_is_unhealthy_until_it_is_back()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        await using StoreNode node = await StoreNode.StartAsync(await cluster.CreateDatabaseAsync(), _staleness, services: HealthPage.Add);
        IServiceProvider services = node.Server.Services;
        Assert.Equal("Healthy", (await services.ReadHealthAsync()).Status);

        await cluster.StopAsync(StopMode.Immediate);
        await node.Server.Logs.FirstAsync("StoreSilent");
        HealthAnswer silent = await UntilAsync(services, "Unhealthy");
        await cluster.StartAgainAsync();
        HealthAnswer back = await UntilAsync(services, "Healthy");

        Assert.Matches(@"The trust store \(.*\) has not answered for [0-9.]+ s, so trusted requests are refused with UNAVAILABLE", silent.Description);
        Assert.DoesNotContain("assword", silent.Description, StringComparison.Ordinal);
        Assert.InRange(double.Parse(back.Data["store:age_seconds"], System.Globalization.CultureInfo.InvariantCulture), 0, 0.5);
    }

    [Fact]
    public async Task A_node_whose_SQLite_file_cannot_be_read_is_unhealthy()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, postgres);
        await using StoreNode node = await StoreNode.StartAsync(database.Connection, _staleness, services: HealthPage.Add);
        IServiceProvider services = node.Server.Services;
        Assert.Equal("Healthy", (await services.ReadHealthAsync()).Status);

        await database.ExecuteAsync("ALTER TABLE trusted_apps_changes RENAME TO hidden");
        HealthAnswer silent = await UntilAsync(services, "Unhealthy");
        await database.ExecuteAsync("ALTER TABLE hidden RENAME TO trusted_apps_changes");
        HealthAnswer back = await UntilAsync(services, "Healthy");

        Assert.StartsWith($"The trust store ({database.Connection}) has not answered for ", silent.Description, StringComparison.Ordinal);
        Assert.Equal("Trusted requests are served.", back.Description);
    }

    [Theory, AtEachDatabase]
    public async Task Certificates_that_wait_or_are_not_fetched_any_more_are_found(DatabaseKind kind)
    {
        var time = ManualTimeProvider.OfToday();
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync(time);
        await using CertificateHost wiki = await CertificateHost.StartAsync(ThrowAwayKeys.Of("wiki", 3, time.GetUtcNow().AddDays(-1)), time);
        await using CertificateHost blog = await CertificateHost.StartAsync(ThrowAwayKeys.Of("blog", 4, time.GetUtcNow().AddDays(-1)), time);
        foreach (CertificateHost host in (CertificateHost[])[wiki, blog]) await AddAsync(store, host, time);
        StoreDatabase connection = database.Open();
        var watch = new CertificateWatch(connection, time);
        using var client = new CertificateClient(time: time);
        using TrustSnapshot snapshot = await database.LoadImageAsync(time);
        var refresher = new CertificateRefresher(
            new DatabaseRecordSource(connection, store.Trusts, snapshot, new SuspectWatch(snapshot, time)), client, new CertificateRefresherOptions { Hold = TimeSpan.FromHours(24) }, time, database.Logger);
        await watch.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Empty(watch.Held.Concat(watch.Unconfirmed));

        wiki.Keys = wiki.Keys.WithNext(time.GetUtcNow());
        blog.IsBroken = true;
        time.Advance(TimeSpan.FromHours(24));
        await refresher.RefreshDueAsync(TestContext.Current.CancellationToken);
        await watch.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["wiki"], watch.Held);
        Assert.Empty(watch.Unconfirmed); // a failure counts from two days on

        time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));
        await refresher.RefreshDueAsync(TestContext.Current.CancellationToken);
        await watch.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["blog"], watch.Unconfirmed);
    }

    private static Task AddAsync(TrustedAppsStore store, CertificateHost host, TimeProvider time) => store.Trusts.AddAsync(
        new TrustedApplication(
            CertificateRecord.Establish(host.Keys.ToCertificate(time: time), BaseUrl.Parse(host.Origin), time.GetUtcNow()),
            Trusted.Everything),
        "ann",
        TestContext.Current.CancellationToken);

    private static async Task<HealthAnswer> UntilAsync(IServiceProvider services, string status)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            HealthAnswer health = await services.ReadHealthAsync();
            if (health.Status == status) return health;
            await Task.Delay(TimeSpan.FromMilliseconds(20), deadline.Token);
        }
    }
}
