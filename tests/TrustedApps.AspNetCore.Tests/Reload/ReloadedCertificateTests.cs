using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using TrustedApps.Keys;
using static TrustedApps.AspNetCore.Tests.Reload.ReloadedTracker;

namespace TrustedApps.AspNetCore.Tests.Reload;

/// <summary>Trusts whose certificate has a URL, changed while the host runs: what is pinned is pinned as at the start.</summary>
public sealed class ReloadedCertificateTests
{
    private static readonly JsonObject _blog = Trust(TestKeys.Blog);

    [Fact]
    public async Task A_new_trust_is_fetched_in_the_background_and_a_changed_condition_fetches_nothing()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using ReloadedTracker tracker = await StartAsync([_blog]);

        tracker.Write([_blog, Fetched(wiki.Origin, TestKeys.Wiki)]);
        await tracker.UntilAsync("OK", TestKeys.Wiki);
        tracker.Write([_blog, Fetched(wiki.Origin, TestKeys.Wiki, trust => trust["Urls"] = new JsonArray("/open"))]);
        await tracker.UntilAsync("BAD_URL", TestKeys.Wiki);

        Assert.Equal("OK", await tracker.CodeAsync(TestKeys.Wiki, "/open"));
        Assert.Single(wiki.Fetches);
        Assert.Contains(tracker.Server.Logs.Lines, line => line.Event.Name == "TrustReady" && line.Message.Split(": ")[0].EndsWith(":Applications:1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_that_were_rotated_stay_when_a_condition_changes()
    {
        ApplicationKeys rotated = ThrowAwayKeys.Of("wiki", 7);
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using ReloadedTracker tracker = await StartAsync([_blog, Fetched(wiki.Origin, TestKeys.Wiki)]);
        await tracker.UntilAsync("OK", TestKeys.Wiki);
        TrustedApplication trust = tracker.Find("wiki")!;
        var record = TrustedApps.Certificates.CertificateRecord.Establish(rotated.ToCertificate(), BaseUrl.Parse(wiki.Origin), TimeProvider.System.GetUtcNow());
        Assert.True(StoreOf(tracker).TryReplace(trust, trust.With(record))); // as after a rotation

        tracker.Write([_blog, Fetched(wiki.Origin, TestKeys.Wiki, changed => changed["Urls"] = new JsonArray("/open"))]);
        await tracker.UntilAsync("BAD_URL", rotated);

        Assert.Equal("OK", await tracker.CodeAsync(rotated, "/open"));
    }

    [Fact]
    public async Task With_another_fingerprint_the_application_is_refused_until_its_certificate_has_it()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using ReloadedTracker tracker = await StartAsync([_blog, Fetched(wiki.Origin, TestKeys.Wiki)]);
        await tracker.UntilAsync("OK", TestKeys.Wiki);
        ApplicationKeys renewed = ThrowAwayKeys.Of("wiki", 7);

        tracker.Write([_blog, Fetched(wiki.Origin, renewed)]);
        await tracker.UntilAsync("UNAVAILABLE", TestKeys.Wiki);
        await tracker.Server.Logs.FirstAsync("TrustRefused");
        Assert.Equal("OK", await tracker.CodeAsync(TestKeys.Blog));

        wiki.Keys = renewed;
        await tracker.UntilAsync("OK", renewed);
        Assert.Equal("BAD_GRANT", await tracker.CodeAsync(TestKeys.Wiki));
    }

    [Fact]
    public async Task A_fingerprint_of_the_certificate_on_record_needs_no_fetch()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        await using ReloadedTracker tracker = await StartAsync([_blog, Fetched(wiki.Origin, TestKeys.Wiki)]);
        await tracker.UntilAsync("OK", TestKeys.Wiki);
        wiki.IsBroken = true;

        tracker.Write([Fetched(wiki.Origin, TestKeys.Wiki, trust => trust["Id"] = "wiki")]);
        await tracker.UntilAsync("APP_UNKNOWN", TestKeys.Blog);

        Assert.Equal("OK", await tracker.CodeAsync(TestKeys.Wiki));
        Assert.Single(wiki.Fetches);
    }

    [Fact]
    public async Task A_changed_condition_does_not_end_the_fetch_of_a_trust_whose_kept_certificate_serves()
    {
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        JsonObject fetched = Fetched(wiki.Origin, TestKeys.Wiki);
        await using ReloadedTracker tracker = await StartAsync([_blog, fetched], before: builder => builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { ["Authentication:Schemes:TrustedApps:RefreshCertificates"] = "false" }));
        await tracker.UntilAsync("OK", TestKeys.Wiki);
        await UntilAsync(() => Ready(tracker) == 1, "not fetched"); // and kept
        tracker.Write([_blog]);
        await tracker.UntilAsync("APP_UNKNOWN", TestKeys.Wiki);
        wiki.IsBroken = true;
        tracker.Write([_blog, fetched]);
        await tracker.UntilAsync("OK", TestKeys.Wiki);
        await tracker.Server.Logs.FirstAsync("CertificateNotFetched");

        tracker.Write([_blog, Fetched(wiki.Origin, TestKeys.Wiki, trust => trust["Urls"] = new JsonArray("/open"))]);
        await tracker.UntilAsync("BAD_URL", TestKeys.Wiki);
        wiki.IsBroken = false;

        await UntilAsync(() => Ready(tracker) == 2, "not fetched again");
        Assert.Equal(("OK", "BAD_URL"), (await tracker.CodeAsync(TestKeys.Wiki, "/open"), await tracker.CodeAsync(TestKeys.Wiki)));
    }

    [Fact]
    public async Task A_trust_that_is_removed_while_its_certificate_is_fetched_is_not_added_later()
    {
        var answered = new TaskCompletionSource();
        await using CertificateHost wiki = await CertificateHost.StartAsync(TestKeys.Wiki, TimeProvider.System);
        wiki.Ready = answered.Task;
        await using ReloadedTracker tracker = await StartAsync([_blog, Fetched(wiki.Origin, TestKeys.Wiki)]);
        await wiki.NextFetchAsync();

        tracker.Write([Trust(TestKeys.Blog, trust => trust["AllowSelf"] = true)]);
        await tracker.UntilAsync("APP_UNKNOWN", TestKeys.Wiki);
        answered.SetResult();
        tracker.Write([_blog]);
        await UntilAsync(() => tracker.Find("blog")!.Conditions.AllowSelf == false, "not changed");

        Assert.Equal("APP_UNKNOWN", await tracker.CodeAsync(TestKeys.Wiki));
        Assert.DoesNotContain(tracker.Server.Logs.Lines, line => line.Event.Name == "TrustReady");
    }

    [Fact]
    public async Task A_fetched_certificate_takes_no_id_from_a_trust_that_came_meanwhile()
    {
        var answered = new TaskCompletionSource();
        await using CertificateHost mallory = await CertificateHost.StartAsync(ThrowAwayKeys.Of("blog", 7), TimeProvider.System);
        mallory.Ready = answered.Task;
        JsonObject fetched = Fetched(mallory.Origin, ThrowAwayKeys.Of("blog", 7));
        await using ReloadedTracker tracker = await StartAsync([fetched]);
        await mallory.NextFetchAsync();

        tracker.Write([fetched, _blog]);
        await tracker.UntilAsync("OK", TestKeys.Blog);
        answered.SetResult();
        LogLine refused = await tracker.Server.Logs.FirstAsync("TrustRefused");

        Assert.Contains("the application 'blog' is there already", refused.Message, StringComparison.Ordinal);
        Assert.Equal("OK", await tracker.CodeAsync(TestKeys.Blog));
    }

    private static int Ready(ReloadedTracker tracker) => tracker.Server.Logs.Lines.Count(line => line.Event.Name == "TrustReady");

    private static InMemoryTrustStore StoreOf(ReloadedTracker tracker) =>
        ((AspNetCore.Requests.TrustedAppsProviders)tracker.Server.Services.GetService(typeof(AspNetCore.Requests.TrustedAppsProviders))!).Get("TrustedApps").Configured;
}
