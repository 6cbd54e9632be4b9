using TrustedApps.Certificates;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests.Trusts;

public class DatabaseProviderStoreTests(PostgresFixture postgres)
{
    private static readonly BaseUrl _elsewhere = BaseUrl.Parse("https://nobody.example");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, AtEachDatabase]
    public async Task A_record_is_replaced_unless_it_was_changed_or_removed_meanwhile(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await using CertificateHost tracker = await CertificateHost.StartAsync(TestKeys.Tracker, TimeProvider.System);
        await PinAsync(store, tracker.Origin);
        var mine = new DatabaseProviderStore(store.Providers);
        var others = new DatabaseProviderStore((await database.OpenStoreAsync()).Providers); // another node
        BaseUrl baseUrl = BaseUrl.Parse(tracker.Origin);
        ApplicationCertificate next = TestKeys.Tracker.WithNext(TimeProvider.System.GetUtcNow()).ToCertificate();

        Assert.Null(await mine.FindAsync(_elsewhere, Ct));
        CertificateRecord found = (await mine.FindAsync(baseUrl, Ct))!;
        CertificateRecord same = (await others.FindAsync(baseUrl, Ct))!;
        CertificateRecord replacement = found.Offer(next, TimeProvider.System.GetUtcNow(), TimeSpan.Zero).Record;
        Assert.True(await mine.ReplaceAsync(found, replacement, Ct));
        Assert.False(await others.ReplaceAsync(same, same.Offer(next, TimeProvider.System.GetUtcNow().AddSeconds(1), TimeSpan.Zero).Record, Ct)); // too late
        CertificateRecord taken = (await others.FindAsync(baseUrl, Ct))!;
        Assert.Equal(replacement.ToBytes(), taken.ToBytes());
        Assert.Equal(2, taken.SigningKeys.Count);

        await store.Providers.RemoveAsync(tracker.Origin, "ann", Ct);
        Assert.False(await others.ReplaceAsync(taken, found, Ct));
        Assert.Null(await mine.FindAsync(baseUrl, Ct)); // it did not come back
    }

    [Fact]
    public async Task While_the_database_is_stopped_it_says_so()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        await using TrustedAppsStore store = await TrustedAppsStore.OpenAsync(await cluster.CreateDatabaseAsync(), cancellationToken: Ct);
        await using CertificateHost tracker = await CertificateHost.StartAsync(TestKeys.Tracker, TimeProvider.System);
        await PinAsync(store, tracker.Origin);
        var providers = new DatabaseProviderStore(store.Providers);
        BaseUrl baseUrl = BaseUrl.Parse(tracker.Origin);
        CertificateRecord found = (await providers.FindAsync(baseUrl, Ct))!;

        await cluster.StopAsync();
        CertificateException refused = await Assert.ThrowsAsync<CertificateException>(() => providers.FindAsync(baseUrl, Ct));
        Assert.StartsWith("The store of providers does not answer: ", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<CertificateException>(() => providers.ReplaceAsync(found, found, Ct));

        await cluster.StartAgainAsync();
        Assert.Equal(found.ToBytes(), (await providers.FindAsync(baseUrl, Ct))!.ToBytes());
    }

    [Theory, AtEachDatabase]
    public async Task What_cannot_be_read_says_so(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await using CertificateHost tracker = await CertificateHost.StartAsync(TestKeys.Tracker, TimeProvider.System);
        await PinAsync(store, tracker.Origin);
        await database.ExecuteAsync("UPDATE trusted_apps_providers SET record = '{}'");

        await Assert.ThrowsAsync<CertificateException>(() => new DatabaseProviderStore(store.Providers).FindAsync(BaseUrl.Parse(tracker.Origin), Ct));
    }

    private static async Task PinAsync(TrustedAppsStore store, string baseUrl)
    {
        using var client = new CertificateClient();
        await store.Providers.AddAsync(await FoundCertificate.FindAsync(client, baseUrl, Ct), "ann", Ct);
    }
}
