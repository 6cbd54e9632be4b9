using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Tests.Requests;

/// <summary>More than one place that judges the same request.</summary>
public sealed class Version4SchemesTests
{
    [Theory]
    [InlineData("TrustedApps", "Zebra")]
    [InlineData("TrustedApps", "Aardvark")]
    public async Task Of_two_schemes_one_accepts_and_its_application_reads_the_content(string wikis, string blogs)
    {
        using var keys = new TestKeyFile(TestKeys.Tracker);
        using var blog = new TestKeyFile(TestKeys.Blog);
        await using KestrelServer tracker = await Version4.StartAsync(
            services: services => services.AddAuthentication().AddTrustedApps(blogs, options =>
            {
                options.Keys = keys.Path;
                options.BaseUrls.Add("http://localhost:1");
                options.Applications.Add(new TrustedApplicationOptions { CertificateFile = blog.CertificatePath, Addresses = { "*" }, Urls = { "*" } });
            }),
            after: app => app.MapPost("/who", TestProvider.Who).RequireAuthorization(policy => policy.AddAuthenticationSchemes(wikis, blogs).RequireAuthenticatedUser()));

        Answer echoed = await tracker.Trusted("/echo", method: HttpMethod.Post, content: "content"u8.ToArray()).SendAsync();
        Answer named = await tracker.Trusted("/who", method: HttpMethod.Post, content: "content"u8.ToArray()).SendAsync();
        AssertionHeaders blogsHeaders = Version4.Issue("http://localhost:1", "/who", method: "POST", content: Version4.Bind("content"), keys: TestKeys.Blog);
        Answer other = await tracker.SendRawAsync("POST /who", blogsHeaders, "content", new KeyValuePair<string, string>("Content-Length", "7"));
        Answer neither = await tracker.Trusted("/open", keys: TestKeys.Tracker).SendAsync();

        Assert.Equal((200, "content", "OK"), (echoed.Status, echoed.Body, echoed.Code));
        Assert.Equal((200, "fred", "OK"), (named.Status, named.Body, named.Code));
        Assert.Equal((200, "fred", "OK"), (other.Status, other.Body, other.Code));
        Assert.Equal((401, "", "APP_UNKNOWN"), (neither.Status, neither.Body, neither.Code));
    }

    [Theory]
    [InlineData("Zebra", false)]
    [InlineData("Zebra", true)]
    [InlineData("Aardvark", false)]
    public async Task Of_two_schemes_that_refuse_the_one_that_has_come_further_answers(string blogs, bool conceals)
    {
        using var keys = new TestKeyFile(TestKeys.Tracker);
        using var blog = new TestKeyFile(TestKeys.Blog);
        await using KestrelServer tracker = await Version4.StartAsync(
            options => options.ConcealTrusts = conceals,
            services: services => services.AddAuthentication().AddTrustedApps(blogs, options =>
            {
                options.Keys = keys.Path;
                options.BaseUrls.Add("http://localhost:1");
                options.Applications.Add(new TrustedApplicationOptions { CertificateFile = blog.CertificatePath, Addresses = { "*" }, Urls = { "*" } });
            }),
            after: app => app.MapGet("/who", TestProvider.Who).RequireAuthorization(policy => policy.AddAuthenticationSchemes(TrustedAppsDefaults.AuthenticationScheme, blogs).RequireAuthenticatedUser()));

        AssertionHeaders Issue(string path = "/who") => Version4.Issue("http://localhost:1", path, keys: TestKeys.Blog);
        Answer needed = await NameGrantAsync(tracker, Issue());
        Answer accepted = await tracker.SendRawAsync("GET /who", Issue());
        Answer named = await NameGrantAsync(tracker, Issue());
        Answer other = await tracker.SendRawAsync("GET /who", Issue("/open"));
        Answer otherNamed = await NameGrantAsync(tracker, Issue("/open"));

        Assert.Equal((401, "GRANT_NEEDED", "TrustedApp error=\"GRANT_NEEDED\""), (needed.Status, needed.Code, needed["WWW-Authenticate"]));
        Assert.Equal((200, "fred", "OK"), (accepted.Status, accepted.Body, accepted.Code));
        Assert.Equal((200, "fred", "OK"), (named.Status, named.Body, named.Code));
        Assert.Equal((401, "BAD_SIGNATURE"), (other.Status, other.Code));
        Assert.Equal((401, "BAD_SIGNATURE"), (otherNamed.Status, otherNamed.Code));
    }

    private static Task<Answer> NameGrantAsync(KestrelServer tracker, AssertionHeaders headers) => RawHttp.SendAsync(
        tracker.EndPoint,
        RawHttp.Request("GET /who", tracker.EndPoint.ToString(), [.. headers.Enumerate().Where(header => !header.Key.EndsWith("-Key", StringComparison.Ordinal))]));

    [Fact]
    public async Task The_middleware_in_front_of_UseAuthentication_judges_each_request_once()
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: Entrance.Middleware, after: app =>
        {
            app.UseAuthentication();
            app.UseAuthorization();
        });

        Answer accepted = await tracker.Trusted("/closed").SendAsync();
        Answer echoed = await tracker.Trusted("/echo", method: HttpMethod.Post, content: "content"u8.ToArray()).SendAsync();
        Answer refused = await tracker.Trusted("/open", keys: TestKeys.Blog).SendAsync();

        Assert.Equal((200, "fred", "OK"), (accepted.Status, accepted.Body, accepted.Code));
        Assert.Equal((200, "content", "OK"), (echoed.Status, echoed.Body, echoed.Code));
        Assert.Equal((401, "APP_UNKNOWN"), (refused.Status, refused.Code));
        Assert.Single(tracker.Logs.Refusals);
    }

    [Theory]
    [AtEachEntrance]
    public async Task An_application_that_has_spoken_version_4_and_may_speak_older_ones_is_warned_of_once(Entrance entrance)
    {
        DateTimeOffset until = TimeProvider.System.GetUtcNow().AddDays(30);
        await using KestrelServer tracker = await Version4.StartAsync(
            options => options.Applications.Add(Version4.Trust(trust => trust.Legacy = new LegacyAccessOptions
            {
                Until = until,
                PublicKey = TestKeys.Wiki.PublicKey.ToBase64(),
                Addresses = { "*" },
                Urls = { "*" },
            })),
            entrance: entrance);

        Assert.Equal("OK", (await tracker.GetTrustedAsync("/closed")).Code); // version 3: nothing is known of version 4 yet
        Assert.Empty(tracker.Logs.Ours);
        Assert.Equal("OK", (await tracker.Trusted("/closed").SendAsync()).Code);
        Assert.Equal("OK", (await tracker.Trusted("/closed").SendAsync()).Code);
        Assert.Equal("OK", (await tracker.GetTrustedAsync("/closed")).Code);

        LogLine line = Assert.Single(tracker.Logs.Ours);
        Assert.Equal((3, "SpeaksVersion4"), (line.Event.Id, line.Event.Name));
        Assert.Contains("'wiki' speaks version 4, and its trust still accepts an older version", line.Message, StringComparison.Ordinal);
        Assert.Contains("remove Legacy", line.Message, StringComparison.Ordinal);
    }

    [Theory]
    [AtEachEntrance]
    public async Task Older_versions_are_accepted_until_their_last_moment(Entrance entrance)
    {
        ManualTimeProvider clock = ManualTimeProvider.OfToday();
        await using KestrelServer tracker = await Version4.StartAsync(
            options => options.Applications.Add(Version4.Trust(trust => trust.Legacy = new LegacyAccessOptions
            {
                Until = clock.GetUtcNow().AddSeconds(10),
                PublicKey = TestKeys.Wiki.PublicKey.ToBase64(),
                Addresses = { "*" },
                Urls = { "*" },
                FutureTolerance = TimeSpan.FromMinutes(15),
            })),
            entrance: entrance,
            time: clock);

        clock.Advance(TimeSpan.FromSeconds(10));
        Answer last = await tracker.GetTrustedAsync("/closed");
        clock.Advance(TimeSpan.FromTicks(1));
        Answer late = await tracker.GetTrustedAsync("/closed");

        Assert.Equal((200, "OK"), (last.Status, last.Code));
        Assert.Equal((401, "BAD_PROTOCOL_VERSION"), (late.Status, late.Code));
        Assert.Equal("OK", (await tracker.Trusted("/closed", time: clock).SendAsync()).Code);
    }
}
