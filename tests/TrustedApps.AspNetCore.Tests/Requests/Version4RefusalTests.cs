using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.Tests.Requests;

/// <summary>A refused request of version 4 is answered with the refusal at once, whatever the endpoint allows.</summary>
public sealed class Version4RefusalTests
{
    private const string Path = "/open?token=S3cret";

    private static readonly Dictionary<string, Case> _cases = new(StringComparer.Ordinal)
    {
        ["a grant that is none"] = new(401, "BAD_GRANT", "is malformed") { Request = server => With(server, "X-Seraph-Trusted-App-Key", "a.b.c") },
        ["another application"] = new(401, "APP_UNKNOWN", "make a trust for it") { Request = server => server.Trusted(Path, keys: TestKeys.Blog) },
        ["an address that is not allowed"] = new(401, "BAD_REMOTE_IP", "add it to the trust's addresses") { Trust = trust => trust.Addresses[0] = "10.0.0.1" },
        ["an assertion that does not open"] = new(401, "BAD_MAGIC", "does not open with the session key") { Request = server => With(server, "X-Seraph-Trusted-App-Cert", Issue(server.Origin) + "A") },
        ["an old assertion"] = new(401, "OLD_CERT", "compare the clocks") { Request = server => server.Trusted(Path, time: _late) },
        ["an assertion ahead of time"] = new(401, "FUTURE_CERT", "compare the clocks") { Request = server => server.Trusted(Path, time: _early) },
        ["another URL"] = new(401, "BAD_SIGNATURE", "configure PathPrefix") { Request = server => Moved(server.Trusted(Path), server.Origin + "/open?token=S3cret&more") },
        ["content that was added"] = new(401, "BAD_DIGEST", "it was added on the way") { Request = server => Added(server.Trusted(Path, method: HttpMethod.Put)) },
        ["a method that is not allowed"] = new(401, "BAD_METHOD", "add it to the trust's methods") { Trust = trust => trust.Methods.Add("POST") },
        ["a path that is not allowed"] = new(401, "BAD_URL", "add a pattern") { Trust = trust => trust.Urls[0] = "/closed" },
        ["a user who is not allowed"] = new(403, "PERMISSION_DENIED", "change its AllowUsers or DenyUsers") { Trust = trust => trust.DenyUsers.Add("fred") },
        ["nobody, which is not allowed"] = new(403, "PERMISSION_DENIED", "set AllowSelf") { Request = server => server.Trusted(Path, user: null) },
        ["a user whom nobody knows"] = new(401, "USER_UNKNOWN", "let the IUserResolver find the user") { Request = server => server.Trusted(Path, "nobody") },
        ["a user who may not log in"] = new(403, "PERMISSION_DENIED", "may not log in") { Request = server => server.Trusted(Path, "wilma") },
        ["too much content"] = new(413, "CONTENT_TOO_LARGE", "StreamTrustedContent") { Request = server => server.Trusted(Path, method: HttpMethod.Post, content: new byte[1025]) },
        ["a memory that is full"] = new(503, "UNAVAILABLE", "raise the capacity") { Memory = _ => Full(), Repeats = true, Request = server => server.Trusted(Path), RetriesWithin = 100 },
        ["a memory that has just started"] = new(503, "UNAVAILABLE", "set IsNewInstallation") { Memory = time => new InMemoryReplayCache(time: time), RetriesWithin = 32 },
        ["a memory that does not answer"] = new(503, "UNAVAILABLE", "the log has the cause") { Memory = _ => new Silent() },
        ["headers of two versions"] = new(401, "SYSTEM", "headers of one version") { Request = server => With(server, "X-Seraph-Trusted-App-Signature", "x") },
    };

    private static readonly ManualTimeProvider _late = new(TimeProvider.System.GetUtcNow().AddMinutes(-5));
    private static readonly ManualTimeProvider _early = new(TimeProvider.System.GetUtcNow().AddMinutes(5));

    public static TheoryData<Entrance, string> Cases { get; } = [.. Enum.GetValues<Entrance>().SelectMany(entrance => _cases.Keys.Select(name => (entrance, name)))];

    [Theory]
    [AtEachEntrance]
    public async Task A_grant_that_is_needed_is_asked_for_without_a_line_in_the_log(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance, new Case(401, "GRANT_NEEDED", ""));
        Answer needed = await With(tracker, "X-Seraph-Trusted-App-Key", null).SendAsync();
        Assert.Equal((401, "GRANT_NEEDED", ""), (needed.Status, needed.Code, needed.Body));
        Assert.Equal(("ERROR", "no-store, private", null), (needed["X-Seraph-Trusted-App-Status"], needed["Cache-Control"], needed["Retry-After"]));
        Assert.Equal("TrustedApp error=\"GRANT_NEEDED\"", needed["WWW-Authenticate"]);
        Assert.Empty(tracker.Logs.Refusals);

        Assert.Equal("OK", (await tracker.Trusted(Path).SendAsync()).Code);
        Assert.Equal("OK", (await With(tracker, "X-Seraph-Trusted-App-Key", null).SendAsync()).Code);
        Assert.Equal("OK", (await With(tracker, "X-Seraph-Trusted-App-Key", " ").SendAsync()).Code);
        LogLine asked = Assert.Single(tracker.Logs.Lines, line => line.Event.Id == 88);
        Assert.Equal((LogLevel.Debug, "GrantNeeded"), (asked.Level, asked.Event.Name));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_refused_outright_with_one_code_and_one_line_in_the_log(Entrance entrance, string name)
    {
        Case expected = _cases[name];
        await using KestrelServer tracker = await StartAsync(entrance, expected);
        HttpRequestMessage request = expected.Request(tracker);
        string[] secrets = [.. request.Headers.NonValidated.Where(header => header.Key.EndsWith("-Key", StringComparison.Ordinal) || header.Key.EndsWith("-Cert", StringComparison.Ordinal)).Select(header => header.Value.ToString())];
        if (expected.Repeats) Assert.Equal("OK", (await tracker.Trusted("/open").SendAsync()).Code);

        Answer answer = await request.SendAsync();

        Assert.Equal((expected.Status, expected.Code, ""), (answer.Status, answer.Code, answer.Body));
        Assert.Equal(("ERROR", "no-store, private", null), (answer["X-Seraph-Trusted-App-Status"], answer["Cache-Control"], answer["Set-Cookie"]));
        Assert.Equal($"TrustedApp error=\"{expected.Code}\"", answer["WWW-Authenticate"]);
        if (expected.RetriesWithin is { } seconds) Assert.InRange(int.Parse(answer["Retry-After"]!, System.Globalization.CultureInfo.InvariantCulture), 1, seconds);
        else Assert.Null(answer["Retry-After"]);

        LogLine line = Assert.Single(tracker.Logs.Ours);
        Assert.Equal((1, LogLevel.Warning), (line.Event.Id, line.Level));
        Assert.Contains($", version 4: {expected.Code}. ", line.Message, StringComparison.Ordinal);
        Assert.Contains(" /open from 127.0.0.1 ", line.Message, StringComparison.Ordinal);
        Assert.Contains(expected.Remedy, line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", line.Message + answer["X-Seraph-Trusted-App-Error"], StringComparison.Ordinal);
        Assert.All(secrets.Where(secret => secret.Length > 40), secret => Assert.DoesNotContain(tracker.Logs.Lines.Where(logged => logged.Category.StartsWith("TrustedApps", StringComparison.Ordinal)), logged => logged.Message.Contains(secret[^40..], StringComparison.Ordinal)));
    }

    [Theory]
    [AtEachEntrance]
    public async Task The_second_of_two_identical_requests_is_refused(Entrance entrance)
    {
        await using KestrelServer tracker = await StartAsync(entrance, new Case(401, "REPLAYED", ""));
        AssertionHeaders headers = Version4.Issue(tracker.Origin, "/open");

        Answer first = await tracker.SendRawAsync("GET /open", headers), second = await tracker.SendRawAsync("GET /open", headers);

        Assert.Equal((200, "fred", "OK"), (first.Status, first.Body, first.Code));
        Assert.Equal((401, "", "REPLAYED"), (second.Status, second.Body, second.Code));
        Assert.Single(tracker.Logs.Refusals);
    }

    [Theory]
    [AtEachEntrance]
    public async Task Version_4_is_refused_outright_where_only_an_older_one_is_trusted(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(options => options.Applications.Add(TestProvider.Trust(TestKeys.Wiki)), entrance: entrance);

        Answer answer = await tracker.Trusted("/open").SendAsync();

        Assert.Equal((401, "BAD_PROTOCOL_VERSION", ""), (answer.Status, answer.Code, answer.Body));
    }

    [Theory]
    [AtEachEntrance("3", "2", "1", "0", "5")]
    public async Task Another_version_goes_on_as_anonymous_unless_that_is_turned_off(Entrance entrance, string version)
    {
        await using KestrelServer open = await Version4.StartAsync(entrance: entrance);
        await using KestrelServer strict = await Version4.StartAsync(options => options.RejectOutright = true, entrance: entrance);

        Answer anonymous = await open.Request("/open").With("X-Seraph-Trusted-App-Version", version).SendAsync();
        Answer closed = await open.Request("/closed").With("X-Seraph-Trusted-App-Version", version).SendAsync();
        Answer refused = await strict.Request("/open").With("X-Seraph-Trusted-App-Version", version).SendAsync();

        Assert.Equal((200, "anonymous", "BAD_PROTOCOL_VERSION"), (anonymous.Status, anonymous.Body, anonymous.Code));
        Assert.Equal((401, "", "BAD_PROTOCOL_VERSION"), (closed.Status, closed.Body, closed.Code));
        Assert.Equal((401, "", "BAD_PROTOCOL_VERSION"), (refused.Status, refused.Body, refused.Code));
    }

    [Theory]
    [AtEachEntrance]
    public async Task A_request_without_an_assertion_is_none_of_ours(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer plain = await tracker.GetAsync("/open");
        Answer blank = await With(tracker, "X-Seraph-Trusted-App-Cert", " ").SendAsync();

        Assert.Equal((200, "anonymous", null, null), (plain.Status, plain.Body, plain.Code, plain["Cache-Control"]));
        Assert.Equal((200, "anonymous", null), (blank.Status, blank.Body, blank.Code));
    }

    [Theory]
    [AtEachEntrance("another application", "a version that is not allowed", "an address that is not allowed")]
    public async Task Who_is_trusted_is_concealed_from_the_wire_and_not_from_the_log(Entrance entrance, string name)
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            options =>
            {
                options.ConcealTrusts = true;
                options.Applications.Add(name == "a version that is not allowed" ? TestProvider.Trust(TestKeys.Wiki) : Version4.Trust(trust => trust.Addresses[0] = "10.0.0.1"));
            },
            services => services.AddProblemDetails(),
            entrance: entrance);

        Answer answer = await tracker.Trusted("/open", keys: name == "another application" ? TestKeys.Blog : null).SendAsync();

        Assert.Equal((401, "BAD_GRANT", "TrustedApp error=\"BAD_GRANT\""), (answer.Status, answer.Code, answer["WWW-Authenticate"]));
        Assert.StartsWith("BAD_GRANT;\tThe grant is not accepted;\t[]", answer["X-Seraph-Trusted-App-Error"], StringComparison.Ordinal);
        Assert.Contains("The trusted request was refused: BAD_GRANT.", answer.Body, StringComparison.Ordinal);
        string code = name switch { "another application" => "APP_UNKNOWN", "an address that is not allowed" => "BAD_REMOTE_IP", _ => "BAD_PROTOCOL_VERSION" };
        Assert.Contains($": {code}. ", Assert.Single(tracker.Logs.Refusals).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(code, answer.Body, StringComparison.Ordinal);
    }

    private static Task<KestrelServer> StartAsync(Entrance entrance, Case expected) => Version4.StartAsync(
        options =>
        {
            options.MaxBufferedContent = 1024;
            options.Applications.Add(Version4.Trust(expected.Trust));
        },
        services => services.AddSingleton(UserResolvers.List(["fred", "wilma"], denied: ["wilma"])),
        before: app => app.Use((context, next) =>
        {
            context.Response.Cookies.Append("session", "1");
            return next(context);
        }),
        entrance: entrance,
        memory: expected.Memory?.Invoke(TimeProvider.System));

    private static HttpRequestMessage With(KestrelServer server, string name, string? value)
    {
        HttpRequestMessage request = server.Trusted(Path);
        request.Headers.Remove(name);
        return value is null ? request : request.With(name, value);
    }

    private static string Issue(string origin) => Version4.Issue(origin, Path).Enumerate().Single(header => header.Key == "X-Seraph-Trusted-App-Cert").Value;

    private static HttpRequestMessage Moved(HttpRequestMessage request, string url)
    {
        request.RequestUri = new Uri(url);
        return request;
    }

    private static HttpRequestMessage Added(HttpRequestMessage request)
    {
        request.Content = new ByteArrayContent([1]);
        return request;
    }

    private static InMemoryReplayCache Full() => new(new InMemoryReplayCacheOptions { IsNewInstallation = true, Capacity = 1 });

    private sealed record Case(int Status, string Code, string Remedy)
    {
        public Action<TrustedApplicationOptions>? Trust { get; init; }

        public Func<KestrelServer, HttpRequestMessage> Request { get; init; } = server => server.Trusted(Path);

        public Func<TimeProvider, IReplayCache>? Memory { get; init; }

        public bool Repeats { get; init; }

        public int? RetriesWithin { get; init; }
    }

    /// <summary>A store that others cannot reach.</summary>
    private sealed class Silent : IReplayCache
    {
        public ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken) => new(new ReplayResult(ReplayStatus.Unavailable));
    }
}
