using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Replay;

namespace TrustedApps.IntegrationTests;

/// <summary>
/// Content that ends long after its request began, at Kestrel without a proxy in front. The test holds the end back and
/// moves the clock.
/// </summary>
public sealed class SlowContentTests : IDisposable
{
    private const string Content = "amount=7500";

    private static readonly TimeSpan _lifetime = TimeSpan.FromSeconds(60 + 30); // of an assertion: time-out and skew

    private readonly ManualTimeProvider _clock = ManualTimeProvider.OfToday();
    private readonly SwitchableTrustStore _store = new();
    private readonly AnnouncingReplayCache _memory;
    private readonly SemaphoreSlim _reading = new(0);
    private readonly List<string> _executed = [];

    public SlowContentTests() => _memory = new AnnouncingReplayCache(Version4.NewMemory(_clock));

    public void Dispose()
    {
        _reading.Dispose();
        _memory.Dispose();
    }

    public static TheoryData<string, string> Lapses { get; } = new()
    {
        { "removed", "APP_UNKNOWN" },
        { "suspended", "APP_UNKNOWN" },
        { "changed", "BAD_GRANT" },
        { "store lost", "UNAVAILABLE" },
        { "late", "OLD_CERT" },
    };

    [Theory]
    [MemberData(nameof(Lapses))]
    public async Task A_request_whose_content_ends_after_its_trust_is_not_executed(string lapse, string code)
    {
        await using KestrelServer tracker = await StartAsync();
        foreach (string path in new[] { "/transfer", "/transfer?chunked" })
        {
            _store.Reset();
            using SlowRequest request = await SlowRequest.StartAsync(tracker, Issue(tracker, path), path);
            await _memory.Next;
            Lapse(lapse);
            Answer answer = await request.EndAsync();

            Assert.Equal(code, answer.Code);
            Assert.EndsWith("(after the content: do not send again)", answer["X-Seraph-Trusted-App-Error"]!.Split(";\t")[1], StringComparison.Ordinal);
        }

        Assert.Empty(_executed);
    }

    [Fact]
    public async Task Content_may_come_until_a_minute_after_the_assertion_expires()
    {
        await using KestrelServer tracker = await StartAsync();
        using SlowRequest request = await SlowRequest.StartAsync(tracker, Issue(tracker, "/transfer"), "/transfer");
        await _memory.Next;
        _clock.Advance(_lifetime + TimeSpan.FromSeconds(60));
        Assert.Equal((200, "OK"), await request.EndAsync() is var answer ? (answer.Status, answer.Code) : default);
        Assert.Equal([Content], _executed);
    }

    [Fact]
    public async Task The_time_for_content_is_an_option()
    {
        await using KestrelServer tracker = await StartAsync(options => options.MaxContentTime = TimeSpan.Zero);
        using SlowRequest request = await SlowRequest.StartAsync(tracker, Issue(tracker, "/transfer"), "/transfer");
        await _memory.Next;
        _clock.Advance(_lifetime + TimeSpan.FromSeconds(1));
        Assert.Equal("OLD_CERT", (await request.EndAsync()).Code);
        Assert.Empty(_executed);
    }

    [Fact]
    public async Task Without_its_last_byte_a_request_ends_ten_seconds_after_its_trust()
    {
        await using KestrelServer tracker = await StartAsync();
        using SlowRequest request = await SlowRequest.StartAsync(tracker, Issue(tracker, "/transfer"), "/transfer");
        await _memory.Next;
        Lapse("removed");
        await AdvanceUntilAsync(request.Answer);
        Assert.Equal("APP_UNKNOWN", (await request.Answer).Code);
        Assert.Empty(_executed);
    }

    [Theory]
    [InlineData("removed", true)]
    [InlineData("suspended", false)]
    [InlineData("changed", true)]
    [InlineData("store lost", false)]
    public async Task Streamed_content_that_ends_after_its_trust_ends_in_an_error(string lapse, bool isBound)
    {
        await using KestrelServer tracker = await StartAsync();
        ContentBinding binding = isBound ? Version4.Bind(Content) : ContentBinding.Unbound(null);
        foreach (string path in new[] { "/stream", "/stream?chunked" })
        {
            _store.Reset();
            using SlowRequest request = await SlowRequest.StartAsync(tracker, Issue(tracker, path, binding), path);
            await _reading.WaitAsync(TestContext.Current.CancellationToken); // it was accepted
            Lapse(lapse);
            Assert.Equal(500, (await request.EndAsync()).Status);
        }

        Assert.Empty(_executed);
    }

    [Fact]
    public async Task Streamed_content_has_no_time_limit_while_its_trust_stands()
    {
        await using KestrelServer tracker = await StartAsync();
        using SlowRequest request = await SlowRequest.StartAsync(tracker, Issue(tracker, "/stream"), "/stream");
        await _reading.WaitAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(200, (await request.EndAsync()).Status);
        Assert.Equal([Content], _executed);
    }

    [Fact]
    public async Task A_read_that_waits_ends_ten_seconds_after_the_trust()
    {
        await using KestrelServer tracker = await StartAsync();
        using SlowRequest request = await SlowRequest.StartAsync(tracker, Issue(tracker, "/stream"), "/stream");
        await _reading.WaitAsync(TestContext.Current.CancellationToken);
        Lapse("removed");
        await AdvanceUntilAsync(request.Answer);
        Assert.Equal(500, (await request.Answer).Status);
        Assert.Empty(_executed);
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("changed")]
    public async Task Older_versions_end_the_read_as_well(string lapse)
    {
        await using KestrelServer tracker = await StartAsync();
        foreach (string path in new[] { "/stream", "/stream?chunked" })
        {
            _store.Reset(isVersion3: true);
            var issuer = new AssertionIssuer(TestKeys.Blog, LegacyProtocols.Atlassian3, postDate: false, _clock);
            using SlowRequest request = await SlowRequest.StartAsync(tracker, issuer.Issue("fred", tracker.Origin + path, "POST"), path);
            await _reading.WaitAsync(TestContext.Current.CancellationToken);
            Lapse(lapse);
            Assert.Equal(500, (await request.EndAsync()).Status);
        }

        _store.Reset(isVersion3: true);
        var other = new AssertionIssuer(TestKeys.Blog, LegacyProtocols.Atlassian3, postDate: false, _clock);
        using SlowRequest good = await SlowRequest.StartAsync(tracker, other.Issue("fred", tracker.Origin + "/stream?good", "POST"), "/stream?good");
        Assert.Equal(200, (await good.EndAsync()).Status);
        Assert.Equal([Content], _executed);
    }

    private Task<KestrelServer> StartAsync(Action<TrustedAppsOptions>? configure = null) => Version4.StartAsync(
        configure,
        services => services.AddKeyedSingleton<ITrustStore>(TrustedAppsDefaults.AuthenticationScheme, _store),
        after: app =>
        {
            app.MapPost("/transfer", ExecuteAsync);
            app.MapPost("/stream", ExecuteAsync).StreamTrustedContent();
        },
        time: _clock,
        memory: _memory);

    private async Task ExecuteAsync(HttpContext context)
    {
        byte[] first = new byte[1];
        await context.Request.Body.ReadExactlyAsync(first, context.RequestAborted);
        _reading.Release();
        using var rest = new StreamReader(context.Request.Body);
        _executed.Add((char)first[0] + await rest.ReadToEndAsync(context.RequestAborted));
    }

    private AssertionHeaders Issue(KestrelServer tracker, string path, ContentBinding? binding = null) =>
        Version4.Issue(tracker.Origin, path, method: "POST", content: binding ?? Version4.Bind(Content), keys: TestKeys.Blog, time: _clock);

    private void Lapse(string lapse)
    {
        if (lapse == "late") _clock.Advance(_lifetime + TimeSpan.FromSeconds(61));
        else _store.Change(lapse);
    }

    // The read may begin to wait at any moment, so the clock goes on until it has ended.
    private async Task AdvanceUntilAsync(Task answer)
    {
        while (!answer.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(answer, Task.Delay(5, TestContext.Current.CancellationToken));
        }
    }

    /// <summary>A request whose last byte is held back.</summary>
    private sealed class SlowRequest : IDisposable
    {
        private readonly TcpClient _client = new();
        private readonly string _end;
        private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        private SlowRequest(string end)
        {
            _end = end;
            _patience.CancelAfter(TimeSpan.FromSeconds(60));
        }

        /// <summary>The response, which may come before the content has ended.</summary>
        public Task<Answer> Answer { get; private set; } = null!;

        public static async Task<SlowRequest> StartAsync(KestrelServer server, AssertionHeaders headers, string path)
        {
            bool isChunked = path.Contains('?', StringComparison.Ordinal);
            string start = isChunked ? $"{Content.Length - 1:x}\r\n{Content[..^1]}\r\n" : Content[..^1];
            string end = isChunked ? $"1\r\n{Content[^1..]}\r\n0\r\n\r\n" : Content[^1..];
            KeyValuePair<string, string> length = isChunked ? new("Transfer-Encoding", "chunked") : new("Content-Length", $"{Content.Length}");
            string head = RawHttp.Request($"POST {path}", server.EndPoint.ToString(), [.. headers.Enumerate(), length]);

            var request = new SlowRequest(end);
            await request._client.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken);
            await request._client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(head + start), TestContext.Current.CancellationToken);
            request.Answer = request.ReadAsync();
            return request;
        }

        public async Task<Answer> EndAsync()
        {
            await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(_end), TestContext.Current.CancellationToken);
            return await Answer;
        }

        public void Dispose()
        {
            _client.Dispose();
            _patience.Dispose();
        }

        // Until the head of the response is there: the server may wait for the rest of the content before it closes.
        private async Task<Answer> ReadAsync()
        {
            var received = new StringBuilder();
            byte[] buffer = new byte[4096];
            while (!received.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                int read = await _client.GetStream().ReadAsync(buffer, _patience.Token);
                if (read == 0) break;
                received.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }

            string head = received.ToString().Split("\r\n\r\n")[0].Replace("Transfer-Encoding: chunked\r\n", "", StringComparison.OrdinalIgnoreCase);
            return TestSupport.Answer.Parse(head + "\r\n\r\n");
        }
    }

    /// <summary>One trust, in the blog, that the test takes away.</summary>
    private sealed class SwitchableTrustStore : ITrustStore
    {
        private TrustedApplication? _trust = Create();

        public bool IsAvailable { get; private set; } = true;

        public TrustedApplication? Find(string applicationId) => _trust is { } trust && trust.Id == applicationId ? trust : null;

        public void Reset(bool isVersion3 = false) => (_trust, IsAvailable) = (Create(isVersion3: isVersion3), true);

        public void Change(string change)
        {
            switch (change)
            {
                case "removed": _trust = null; break;
                case "suspended": _trust = Create(isSuspended: true); break;
                case "changed": _trust = Create(isVersion3: _trust!.Record is null); break;
                default: IsAvailable = false; break;
            }
        }

        private static TrustedApplication Create(bool isSuspended = false, bool isVersion3 = false)
        {
            var conditions = new TrustConditions
            {
                Addresses = ["*"],
                Urls = ["*"],
                Methods = ["GET", "POST"],
                AllowUnboundContent = !isVersion3,
                Versions = isVersion3 ? [ProtocolVersion.Atlassian3] : null,
            };
            return isVersion3
                ? new TrustedApplication(TestKeys.Blog.Id, TestKeys.Blog.PublicKey, conditions)
                : new TrustedApplication(Fixture.RecordOf(TestKeys.Blog), conditions) { IsSuspended = isSuspended };
        }
    }

    /// <summary>Tells when a request is past every check that comes before its content.</summary>
    private sealed class AnnouncingReplayCache(IReplayCache inner) : IReplayCache, IDisposable
    {
        private readonly SemaphoreSlim _added = new(0);

        public void Dispose() => _added.Dispose();

        public Task Next => _added.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        public async ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken)
        {
            ReplayResult result = await inner.TryAddAsync(record, cancellationToken);
            _added.Release();
            return result;
        }
    }
}
