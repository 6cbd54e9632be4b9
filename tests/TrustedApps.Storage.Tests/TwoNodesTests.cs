using System.Diagnostics;

namespace TrustedApps.Storage.Tests;

public class TwoNodesTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, AtEachDatabase]
    public async Task A_trust_that_one_node_adds_is_accepted_by_the_other(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await using StoreNode one = await StoreNode.StartAsync(database.Connection, TimeSpan.FromSeconds(20));
        await using StoreNode two = await StoreNode.StartAsync(database.Connection, TimeSpan.FromSeconds(20));
        Answer unknown = await one.AskAsync("app:1");
        Assert.Equal((401, "APP_UNKNOWN"), (unknown.Status, unknown.Code));

        await one.Trusts.AddAsync(Trusted.In("app:1"), "ann", Ct);
        Assert.Equal("fred", (await one.AskAsync("app:1")).Body); // a node knows at once what it did itself
        Assert.All(await two.AskUntilAsync("app:1", "OK"), code => Assert.Equal("APP_UNKNOWN", code));
    }

    [Theory, AtEachDatabase("suspend", "remove", "restrict")]
    public async Task What_one_node_revokes_the_other_refuses_within_the_bound(DatabaseKind kind, string change)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await using StoreNode one = await StoreNode.StartAsync(database.Connection);
        await using StoreNode two = await StoreNode.StartAsync(database.Connection);
        await one.Trusts.AddAsync(Trusted.In("app:1"), "ann", Ct);
        await two.AskUntilAsync("app:1", "OK");

        if (change == "suspend") await one.Trusts.SuspendAsync("app:1", null, "ann", Ct);
        else if (change == "remove") await one.Trusts.RemoveAsync("app:1", null, "ann", Ct);
        else await one.Trusts.EditAsync("app:1", 1, new TrustEdit("app:1", new TrustConditions { Addresses = ["192.0.2.1"], Urls = ["*"] }), "ann", Ct);
        var elapsed = Stopwatch.StartNew();
        TimeSpan lastAccepted = TimeSpan.Zero;
        string refused = change == "restrict" ? "BAD_REMOTE_IP" : "APP_UNKNOWN";
        while (true)
        {
            TimeSpan asked = elapsed.Elapsed;
            Answer answer = await two.AskAsync("app:1");
            if (answer.Code == refused) break;
            Assert.Contains(answer.Code, (string?[])["OK", "UNAVAILABLE"]); // the latter on a machine so busy that the node has not heard of the database
            if (answer.Code == "OK") lastAccepted = asked;
            Assert.True(elapsed.Elapsed < TimeSpan.FromSeconds(60), "It is never refused.");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"Accepted for the last time {lastAccepted.TotalMilliseconds:0} ms, refused {elapsed.Elapsed.TotalMilliseconds:0} ms after it was revoked.");
        Assert.InRange(lastAccepted, TimeSpan.Zero, new TrustedAppsStoreOptions().MaxStaleness); // what is promised
        Assert.Equal(refused, (await one.AskAsync("app:1")).Code);
    }

    [Fact]
    public async Task While_the_database_is_stopped_everything_is_refused_and_afterwards_accepted_again()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        string connection = await cluster.CreateDatabaseAsync();
        await using StoreNode one = await StoreNode.StartAsync(connection);
        await using StoreNode two = await StoreNode.StartAsync(connection);
        string[] ids = [.. Enumerable.Range(1, 5).Select(number => $"app:{number}")];
        foreach (string id in ids) await one.Trusts.AddAsync(Trusted.In(id), "ann", Ct);
        await two.AskUntilAsync(ids[^1], "OK");
        await one.AskUntilAsync(ids[^1], "OK");
        int linesBefore = Said(two, "StoreSilent"); // a busy machine may have been late before

        await cluster.StopAsync(StopMode.Immediate);
        var elapsed = Stopwatch.StartNew();
        foreach (StoreNode node in (StoreNode[])[one, two])
        {
            TimeSpan asked;
            Answer answer;
            do
            {
                asked = elapsed.Elapsed;
                answer = await node.AskAsync(ids[0]);
                if (answer.Code == "OK") Assert.InRange(asked, TimeSpan.Zero, new TrustedAppsStoreOptions().MaxStaleness);
            }
            while (answer.Code == "OK");

            Assert.Equal((503, "UNAVAILABLE"), (answer.Status, answer.Code));
            foreach (string id in (string[])[.. ids, "stranger:1"]) Assert.Equal("UNAVAILABLE", (await node.AskAsync(id)).Code);
        }

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => one.Trusts.RemoveAsync(ids[0], null, "ann", Ct));
        await two.Server.Logs.FirstAsync("StoreSilent");
        await cluster.StartAgainAsync();
        foreach (StoreNode node in (StoreNode[])[one, two])
        {
            Assert.All(await node.AskUntilAsync(ids[0], "OK"), code => Assert.Equal("UNAVAILABLE", code));
            foreach (string id in ids) await node.AskUntilAsync(id, "OK");
        }

        Assert.Equal(linesBefore + 1, Said(two, "StoreSilent"));
        Assert.Equal(Said(two, "StoreSilent"), Said(two, "StoreAnswers"));
        await one.Trusts.RemoveAsync(ids[0], null, "ann", Ct);
        await two.AskUntilAsync(ids[0], "APP_UNKNOWN");
    }

    [Fact]
    public async Task A_store_that_cannot_be_reached_stops_the_start()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync();
        string connection = await cluster.CreateDatabaseAsync();
        await cluster.StopAsync();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StoreNode.StartAsync(connection));
        Assert.Contains("cannot be opened", failure.Message, StringComparison.Ordinal);
        Assert.IsAssignableFrom<System.Data.Common.DbException>(failure.InnerException);
    }

    [Theory, AtEachDatabase]
    public async Task An_id_in_configuration_and_in_the_store_stops_the_start(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StoreNode.StartAsync(database.Connection, configure: options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki))));
        Assert.Equal("The application 'wiki' is trusted twice: by the configuration of the scheme 'TrustedApps' and by the trust store of the scheme 'TrustedApps'. Remove it from one of them, such as with 'trusted-apps trust remove wiki'.", failure.Message);
    }

    [Theory, AtEachDatabase]
    public async Task Trusts_of_configuration_and_of_the_store_are_both_served(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        await using StoreNode node = await StoreNode.StartAsync(database.Connection, TimeSpan.FromSeconds(20), configure: options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki)));
        await node.Trusts.AddAsync(Trusted.In("app:1"), "ann", Ct);
        Assert.Equal("OK", (await node.AskAsync("app:1")).Code);
        Assert.Equal("OK", (await node.Server.GetTrustedAsync("/closed")).Code);

        AdministrationException exists = await Assert.ThrowsAsync<AdministrationException>(() => node.Trusts.AddAsync(Trusted.In("wiki"), "ann", Ct));
        Assert.Equal((AdministrationProblem.Exists, "'wiki' is trusted by this application's configuration (TrustedApps:Applications). Remove it there first."), (exists.Problem, exists.Message));
    }

    private static int Said(StoreNode node, string name) => node.Server.Logs.Lines.Count(line => line.Event.Name == name);
}
