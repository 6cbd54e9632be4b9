using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.Hosting;
using TrustedApps.Replay;
using TrustedApps.Storage.Activity;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests.Activity;

public class ActivityWriterTests(PostgresFixture postgres)
{
    private static readonly AssertionVerifier _verifier = new(new InMemoryTrustStore(), UserResolvers.Everyone, new AssertionVerifierOptions { AcceptAnyBaseUrl = true, Keys = TestKeys.Tracker }, new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }), TimeProvider.System);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, AtEachDatabase]
    public async Task Counts_of_two_nodes_add_up_and_survive_a_restart(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("app:1"), "ann", Ct);
        ManualTimeProvider time = ManualTimeProvider.OfToday();
        await using (StoreNode one = await StoreNode.StartAsync(database.Connection, time: time))
        await using (StoreNode two = await StoreNode.StartAsync(database.Connection, time: time))
        {
            foreach (StoreNode node in (StoreNode[])[one, two, two])
            {
                Assert.Equal("OK", (await node.AskAsync("app:1", time: time)).Code);
                Assert.Equal("APP_UNKNOWN", (await node.AskAsync("stranger:1", time: time)).Code);
            }

            Assert.Equal("PERMISSION_DENIED", (await one.AskAsync("app:1", user: null, time)).Code);
        } // what was not written yet is written when they stop

        await using StoreNode three = await StoreNode.StartAsync(database.Connection, time: time);
        Assert.Equal("OK", (await three.AskAsync("app:1", time: time)).Code);
        await Writer(three).WriteAsync(Ct);
        await Writer(three).WriteAsync(Ct); // nothing is written twice
        IReadOnlyList<ApplicationActivity> activity = await three.Reports.GetActivityAsync(["app:1", "", "never:1", "app:1\0"], Ct);
        Assert.Equal(["app:1", "", "never:1", "app:1\0"], activity.Select(each => each.ApplicationId));
        Assert.Equal([("OK", 4L), ("PERMISSION_DENIED", 1L)], activity[0].LastHour.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => (count.Key, count.Value)));
        Assert.Equal(activity[0].LastHour, activity[0].LastDay);
        Assert.Equal([KeyValuePair.Create("APP_UNKNOWN", 3L)], activity[1].LastHour);
        Assert.Empty(activity[2].LastDay);
        Assert.Equal((time.GetUtcNow(), time.GetUtcNow()), (activity[0].LastAcceptedAt, activity[0].LastRefusedAt));
        Assert.Equal((null, time.GetUtcNow()), (activity[1].LastAcceptedAt, activity[1].LastRefusedAt));
        Assert.Equal((null, null), (activity[2].LastAcceptedAt, activity[2].LastRefusedAt));

        IReadOnlyList<RecordedRejection> refusals = await three.Reports.ListRejectionsAsync(null, 10, Ct);
        Assert.Equal(4, refusals.Count);
        RecordedRejection denied = Assert.Single(await three.Reports.ListRejectionsAsync("app:1", 10, Ct));
        Assert.Equal((time.GetUtcNow(), null, "127.0.0.1", "GET", "/closed", "4", "PERMISSION_DENIED"), (denied.At, denied.User, denied.Address, denied.Method, denied.Path, denied.Version, denied.Code));
        Assert.NotEmpty(denied.Advice);
        Assert.Equal("stranger:1", refusals.First(refusal => refusal.Code == "APP_UNKNOWN").ApplicationId);
    }

    [Theory, AtEachDatabase]
    public async Task Refused_requests_that_claim_an_id_do_not_move_its_last_accepted_request(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        await store.Trusts.AddAsync(Trusted.In("app:1"), "ann", Ct);
        ManualTimeProvider time = ManualTimeProvider.OfToday();
        await using StoreNode node = await StoreNode.StartAsync(database.Connection, time: time);
        DateTimeOffset accepted = time.GetUtcNow();
        Assert.Equal("OK", (await node.AskAsync("app:1", time: time)).Code);
        await Writer(node).WriteAsync(Ct);
        time.Advance(TimeSpan.FromSeconds(1234));
        Assert.Equal("PERMISSION_DENIED", (await node.AskAsync("app:1", user: null, time)).Code);
        await Writer(node).WriteAsync(Ct);
        ApplicationActivity activity = (await node.Reports.GetActivityAsync(["app:1"], Ct))[0];
        Assert.Equal((accepted, accepted.AddSeconds(1234)), (activity.LastAcceptedAt, activity.LastRefusedAt));
    }

    [Theory, AtEachDatabase]
    public async Task Counts_leave_the_hour_and_then_the_day(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 11, 21, 12, 0, 30, TimeSpan.Zero));
        (RequestRecorder recorder, ActivityWriter writer, StoreReports reports) = await StartAsync(database, time);
        await ObserveAsync(recorder, "app:1");
        await writer.WriteAsync(Ct);
        DateTimeOffset last = (await GetAsync()).LastRefusedAt!.Value;
        Assert.Equal(time.GetUtcNow(), last); // not the beginning of its minute
        await HoldsAsync(hour: 1, day: 1);
        time.Advance(TimeSpan.FromMinutes(59));
        await HoldsAsync(hour: 1, day: 1);
        time.Advance(TimeSpan.FromMinutes(1));
        await HoldsAsync(hour: 0, day: 1);
        time.Advance(TimeSpan.FromMinutes((24 * 60) - 61));
        await HoldsAsync(hour: 0, day: 1);
        time.Advance(TimeSpan.FromMinutes(1));
        await HoldsAsync(hour: 0, day: 0);
        Assert.Equal(last, (await GetAsync()).LastRefusedAt); // is kept for ever
        Assert.Single(await database.QueryAsync("SELECT minute FROM trusted_apps_request_counts"));

        time.Advance(TimeSpan.FromHours(2));
        await ObserveAsync(recorder, "app:2");
        await writer.WriteAsync(Ct);
        Assert.Equal([""], await database.QueryAsync("SELECT application_id FROM trusted_apps_request_counts")); // what nobody shows any more is deleted

        async Task<ApplicationActivity> GetAsync() => (await reports.GetActivityAsync([""], Ct))[0];

        async Task HoldsAsync(long hour, long day)
        {
            ApplicationActivity activity = await GetAsync();
            Assert.Equal((hour, day), (activity.LastHour.Values.Sum(), activity.LastDay.Values.Sum()));
        }
    }

    [Theory, AtEachDatabase]
    public async Task What_cannot_be_written_is_kept_and_written_later(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        (RequestRecorder recorder, ActivityWriter writer, StoreReports reports) = await StartAsync(database, new ManualTimeProvider());
        await ObserveAsync(recorder, "app:1");
        await database.ExecuteAsync("ALTER TABLE trusted_apps_refusals RENAME TO elsewhere");
        await writer.WriteAsync(Ct);
        await ObserveAsync(recorder, "app:1");
        await writer.WriteAsync(Ct);
        Assert.Equal(["ActivityNotWritten", "ActivityNotWritten"], database.Logs.Lines.Select(line => line.Event.Name));
        await database.ExecuteAsync("ALTER TABLE elsewhere RENAME TO trusted_apps_refusals");
        await writer.WriteAsync(Ct);
        Assert.Equal(2, (await reports.GetActivityAsync([""], Ct))[0].LastHour["APP_UNKNOWN"]);
        Assert.Equal(2, (await reports.ListRejectionsAsync(null, 10, Ct)).Count);
    }

    [Fact]
    public async Task A_server_that_is_stopped_ends_neither_host_nor_counts()
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(isDurable: true);
        string connection = await cluster.CreateDatabaseAsync();
        await using StoreNode node = await StoreNode.StartAsync(connection, TimeSpan.FromMinutes(1));
        await node.Trusts.AddAsync(Trusted.In("app:1"), "ann", Ct);
        Assert.Equal("OK", (await node.AskAsync("app:1")).Code);
        await cluster.StopAsync(StopMode.Immediate);
        await Writer(node).WriteAsync(Ct);
        Assert.Contains(node.Server.Logs.Lines, line => line.Event.Name == "ActivityNotWritten");
        Assert.Equal("OK", (await node.AskAsync("app:1")).Code);

        await cluster.StartAgainAsync();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            await Writer(node).WriteAsync(deadline.Token); // a connection of before may be tried first
            try
            {
                if ((await node.Reports.GetActivityAsync(["app:1"], deadline.Token))[0].LastDay.GetValueOrDefault("OK") == 2) break;
            }
            catch (System.Data.Common.DbException)
            {
                // As the above.
            }
        }
    }

    [Theory, AtEachDatabase]
    public async Task Refusals_are_bounded_and_the_oldest_are_dropped(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        (RequestRecorder recorder, ActivityWriter writer, StoreReports reports) = await StartAsync(database, new ManualTimeProvider());
        for (int number = 0; number < 1500; number++) await ObserveAsync(recorder, $"stranger:{number}");
        await writer.WriteAsync(Ct);
        Assert.Equal(["200"], await database.QueryAsync("SELECT count(*) FROM trusted_apps_refusals")); // between two writes
        Assert.Equal(1500, (await reports.GetActivityAsync([""], Ct))[0].LastHour["APP_UNKNOWN"]); // but all are counted
        Assert.Equal(["1"], await database.QueryAsync("SELECT count(*) FROM trusted_apps_request_counts")); // and strangers make no rows

        for (int round = 0; round < 4; round++)
        {
            for (int number = 0; number < 200; number++) await ObserveAsync(recorder, $"stranger:{round}:{number}");
            await writer.WriteAsync(Ct);
        }

        Assert.Equal(["500"], await database.QueryAsync("SELECT count(*) FROM trusted_apps_refusals"));
        Assert.Equal("stranger:3:199", (await reports.ListRejectionsAsync(null, 1, Ct))[0].ApplicationId);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reports.ListRejectionsAsync(null, 0, Ct));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reports.ListRejectionsAsync(null, 1001, Ct));
        Assert.Empty(await reports.ListRejectionsAsync("\0", 10, Ct));
    }

    [Theory, AtEachDatabase]
    public async Task Strangers_erase_no_record_of_a_known_application_and_no_application_those_of_another(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        TrustedAppsStore store = await database.OpenStoreAsync();
        foreach (string id in new[] { "app:1", "app:2" }) await store.Trusts.AddAsync(Trusted.In(id), "ann", Ct);
        (RequestRecorder recorder, ActivityWriter writer, StoreReports reports) = await StartAsync(database, new ManualTimeProvider());
        string[] known = ["app:1", "app:2", Configured];
        foreach (string id in known) await ObserveAsync(recorder, id);
        await writer.WriteAsync(Ct);
        for (int round = 0; round < 10; round++)
        {
            for (int number = 0; number < 400; number++)
            {
                await ObserveAsync(recorder, $"stranger:{round}:{number}");
                await ObserveAsync(recorder, "app:2"); // an incident in the middle of the flood
            }

            foreach (string id in known) await ObserveAsync(recorder, id); // after it
            await writer.WriteAsync(Ct);
        }

        Assert.Equal(11, (await reports.ListRejectionsAsync("app:1", 1000, Ct)).Count);
        Assert.Equal(11, (await reports.ListRejectionsAsync(Configured, 1000, Ct)).Count);
        Assert.Equal(1000, (await reports.ListRejectionsAsync("app:2", 1000, Ct)).Count); // 100 between two writes
        Assert.Equal(["500"], await database.QueryAsync("SELECT count(*) FROM trusted_apps_refusals WHERE application_id LIKE 'stranger%'"));
        Assert.Equal(4000, (await reports.GetActivityAsync([""], Ct))[0].LastHour["APP_UNKNOWN"]); // one counter
    }

    [Theory, AtEachDatabase]
    public async Task Hostile_text_is_made_printable(DatabaseKind kind)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(kind, postgres);
        (RequestRecorder recorder, ActivityWriter writer, StoreReports reports) = await StartAsync(database, new ManualTimeProvider());
        string[] hostile = ["a\tb", "\u202eevil", "\ud800", new('x', 5000), "'; DROP TABLE trusted_apps_refusals; --", "\u0085<script>"];
        foreach (string text in hostile) await ObserveAsync(recorder, text, path: $"/{text}\0");
        await writer.WriteAsync(Ct);
        Assert.Empty(database.Logs.Lines);
        IReadOnlyList<RecordedRejection> refusals = await reports.ListRejectionsAsync(null, 10, Ct);
        Assert.Equal(hostile.Length, refusals.Count);
        Assert.All(refusals, refusal => Assert.All((string[])[refusal.ApplicationId!, refusal.Path, refusal.Advice], text =>
        {
            Assert.InRange(text.Length, 1, 1000);
            Assert.DoesNotContain(text, character => char.IsControl(character) || char.IsSurrogate(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format);
        }));
        Assert.Equal(hostile.Length, (await reports.GetActivityAsync([""], Ct))[0].LastHour["APP_UNKNOWN"]);
    }

    private const string Configured = "configured:1";

    private static ActivityWriter Writer(StoreNode node) => node.Server.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<ActivityWriter>().Single();

    private static async Task<(RequestRecorder Recorder, ActivityWriter Writer, StoreReports Reports)> StartAsync(TestDatabase database, TimeProvider time)
    {
        TrustSnapshot image = await database.LoadImageAsync(time);
        StoreDatabase connection = database.Open();
        var recorder = new RequestRecorder(image, time, id => id == Configured);
        using var loggers = new LoggerFactory([database.Logs]);
        return (recorder, new ActivityWriter(connection, recorder, time, loggers.CreateLogger<TrustedAppsStore>(), () => [Configured]), new StoreReports(connection, time));
    }

    // As the verifier refuses a stranger.
    private static async Task ObserveAsync(RequestRecorder recorder, string id, string path = "/rest")
    {
        var headers = new HeaderDictionary();
        foreach ((string name, string value) in TrustedRequests.Issue("https://tracker.example/rest").Enumerate()) headers[name] = value;
        headers["X-Seraph-Trusted-App-ID"] = id;
        Verdict verdict = await _verifier.VerifyAsync(new IncomingRequest { Method = "GET", Scheme = "https", Host = "tracker.example", Target = "/rest", RemoteAddress = IPAddress.Loopback, Headers = headers }, cancellationToken: Ct);
        Assert.Equal("APP_UNKNOWN", verdict.Rejection?.ToString());
        recorder.Observe(new ObservedRequest("TrustedApps", "GET", path, IPAddress.Loopback), verdict);
    }
}
