using TrustedApps.Hosting;
using TrustedApps.Storage.Activity;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests.Activity;

public class RequestRecorderTests(PostgresFixture postgres)
{
    private const int Bound = 50_000;

    [Fact]
    public async Task Counters_are_bounded_and_what_is_beyond_is_counted_together()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, postgres);
        await (await database.OpenStoreAsync()).Trusts.AddAsync(Trusted.In("wiki"), "ann", TestContext.Current.CancellationToken);
        using TrustSnapshot image = await database.LoadImageAsync();
        var request = new ObservedRequest("scheme", "GET", "/rest", RemoteAddress: null);
        var recorder = new RequestRecorder(image, TimeProvider.System, isConfigured: _ => false);
        Verdict refused = CoreInternals.RejectGrant("wiki");

        recorder.Observe(request, refused);
        recorder.Observe(request, CoreInternals.AskForGrant("wiki")); // no failure: the request comes again
        recorder.Return([.. Enumerable.Range(0, Bound).Select(number => new RequestCount($"app:{number}", "OK", 1, 1, 60_000))], []);
        recorder.Observe(request, refused);

        ILookup<string, long> counts = recorder.TakeCounts().ToLookup(row => row.ApplicationId, row => row.Count);
        Assert.Equal([1L], counts["wiki"]);
        Assert.Equal([1L], counts[""]);
        Assert.Equal(Bound + 2, counts.Count);
    }

    [Fact]
    public async Task A_refusal_is_recorded_with_the_applications_that_asked()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, postgres);
        using TrustSnapshot image = await database.LoadImageAsync();
        var recorder = new RequestRecorder(image, TimeProvider.System, isConfigured: _ => true);

        recorder.Observe(new ObservedRequest("scheme", "GET", "/rest", RemoteAddress: null), CoreInternals.RejectUser("wiki", "blog", "feed:1"));

        Assert.EndsWith(" Asked by blog, asked by feed:1.", Assert.Single(recorder.TakeRejections()).Advice, StringComparison.Ordinal);
    }
}
