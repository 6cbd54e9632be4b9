using System.Net;
using Microsoft.Extensions.Logging;
using TrustedApps.Client;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Client;

public sealed class TrustedAppHandlerTests
{
    [Fact]
    public async Task A_retry_uses_the_issuer_of_that_moment()
    {
        var provider = new RejectingOnce();
        var issuers = new Issuers(Issuer(Fixture.Wiki), Issuer(Fixture.Blog));
        var options = new TrustedAppClientOptions { BaseUrl = Fixture.Base.Text };
        using var handler = new TrustedAppHandler(issuers, options, time: null, logger: null) { InnerHandler = provider };
        using var client = new HttpClient(handler);
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, Fixture.Url).OnBehalfOf("fred");
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([Fixture.Wiki.Id, Fixture.Blog.Id], provider.Senders); // the keys were replaced in between
        Assert.Equal(1, issuers.Suspicions);
    }

    [Fact]
    public async Task What_was_rejected_after_its_content_is_not_sent_again_and_does_not_move_the_clock()
    {
        RejectionReason[] reasons =
            [RejectionReason.ContentTooLate, RejectionReason.TrustChangedMeanwhile, RejectionReason.TrustsLostMeanwhile, RejectionReason.TrustRemovedMeanwhile];
        foreach (RejectionReason reason in reasons)
        {
            var provider = new Answering(_ => (503, $"{reason.Code.ToWireName()};\t{reason.Message};\t[\"wiki\"]"));
            AssertionIssuer issuer = Issuer(Fixture.Wiki);
            using HttpClient client = ClientOf(issuer, provider);
            using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Put, Fixture.Url) { Content = new StringContent("content") }.OnBehalfOf("fred");
            using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Single(provider.Requests);
            Assert.Equal(TimeSpan.Zero, issuer.ClockCorrection);
        }
    }

    [Fact]
    public async Task A_provider_that_rejects_every_grant_costs_one_a_second()
    {
        var clock = new ManualTimeProvider(Fixture.Now);
        var provider = new Answering(_ => (401, "BAD_GRANT;\tThe grant is not accepted;\t[]"));
        using HttpClient client = ClientOf(new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, clock), provider, clock);
        for (int number = 0; number < 100; number++)
        {
            using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, Fixture.Url).OnBehalfOf("fred");
            (await client.SendAsync(request, TestContext.Current.CancellationToken)).Dispose();
            clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.Equal(200, provider.Requests.Count);
        Assert.InRange(provider.Requests.Select(request => GrantOf(request)).Distinct().Count(), 5, 6); // in five seconds
    }

    [Fact]
    public async Task A_trial_that_is_unavailable_goes_on_at_once_under_the_grant_before()
    {
        var clock = new ManualTimeProvider(Fixture.Now);
        string? accepted = null;
        var provider = new Answering(request => (accepted ??= GrantOf(request)) == GrantOf(request)
            ? (200, null)
            : (503, "UNAVAILABLE;\tToo many grants failed, try again later;\t[]"))
        {
            RetryAfter = TimeSpan.FromHours(1),
        };
        using HttpClient client = ClientOf(new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, clock), provider, clock);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        clock.Advance(TimeSpan.FromSeconds(301));
        Assert.True(SpinWait.SpinUntil(
            () => SendAsync(HttpMethod.Get).GetAwaiter().GetResult() == HttpStatusCode.OK && provider.Requests.Select(request => GrantOf(request)).Distinct().Count() == 2,
            TimeSpan.FromSeconds(30)));

        int before = provider.Requests.Count;
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.Equal([true], provider.Requests.Skip(before).Select(request => GrantOf(request) == accepted)); // it was tried just now
        clock.Advance(TimeSpan.FromSeconds(2));
        before = provider.Requests.Count;
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.Equal([false, true], provider.Requests.Skip(before).Select(request => GrantOf(request) == accepted));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Post)); // cannot be sent again, so it tries nothing
        Assert.Equal(accepted, GrantOf(provider.Requests[^1]));

        async Task<HttpStatusCode> SendAsync(HttpMethod method)
        {
            using HttpRequestMessage request = new HttpRequestMessage(method, Fixture.Url).OnBehalfOf("fred");
            using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }

    // It cannot know whether it is the new grant for which the provider is unavailable, or a store.
    [Fact]
    public async Task A_trial_for_which_a_store_is_unavailable_has_its_second_try_left()
    {
        var clock = new ManualTimeProvider(Fixture.Now);
        string? first = null;
        int unavailable = 0;
        var provider = new Answering(request =>
        {
            first ??= GrantOf(request);
            bool isAvailable = unavailable is 2 || (unavailable is 0 && GrantOf(request) == first); // not for the trial and what follows
            if (!isAvailable) unavailable++;
            return isAvailable ? (200, null) : (503, "UNAVAILABLE;\tNot available at the moment;\t[]");
        })
        { RetryAfter = TimeSpan.FromSeconds(1) };
        using HttpClient client = ClientOf(new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, clock), provider, clock);
        Assert.Equal(HttpStatusCode.OK, await SendAsync());
        clock.Advance(TimeSpan.FromSeconds(301));
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                Task<HttpStatusCode> sending = SendAsync();
                while (!sending.IsCompleted) clock.Advance(TimeSpan.FromSeconds(1)); // Retry-After
                Assert.Equal(HttpStatusCode.OK, sending.GetAwaiter().GetResult());
                return unavailable == 2;
            },
            TimeSpan.FromSeconds(30)));
        Assert.Equal([false, true, true], provider.Requests.TakeLast(3).Select(request => GrantOf(request) == first));

        async Task<HttpStatusCode> SendAsync()
        {
            using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, Fixture.Url).OnBehalfOf("fred");
            using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task What_was_rejected_after_its_content_gives_up_no_grant_and_is_not_for_a_resilience_handler()
    {
        foreach (RejectionReason reason in new[] { RejectionReason.TrustChangedMeanwhile, RejectionReason.TrustsLostMeanwhile })
        {
            var provider = new Answering(_ => (503, $"{reason.Code.ToWireName()};\t{reason.Message};\t[\"wiki\"]"));
            using HttpClient client = ClientOf(Issuer(Fixture.Wiki), provider, options: new() { BaseUrl = Fixture.Base.Text, ThrowOnRejection = true });
            for (int number = 0; number < 2; number++)
            {
                using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Put, Fixture.Url).OnBehalfOf("fred");
                await Assert.ThrowsAsync<TrustedAppException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));
            }

            Assert.Equal(2, provider.Requests.Count);
            Assert.Single(provider.Requests.Select(request => GrantOf(request)).Distinct());
        }
    }

    [Fact]
    public async Task A_password_in_a_URL_is_in_no_message()
    {
        using HttpClient client = ClientOf(Issuer(Fixture.Wiki), new Answering(_ => (200, null)));
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "https://svc:secret@other.example:8443/x%20y?query").OnBehalfOf("fred");
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Contains("The request to https://other.example:8443/x%20y says", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, null, false)]
    [InlineData(200, "OK", true)]
    [InlineData(200, "ok ", true)]
    [InlineData(404, null, false)]
    [InlineData(401, null, false)]
    [InlineData(500, null, true)]
    [InlineData(429, null, true)]
    [InlineData(408, null, true)]
    public async Task A_client_that_requires_confirmation_takes_no_answer_of_a_server_that_ignores_the_headers(int statusCode, string? status, bool isTaken)
    {
        var provider = new Answering(_ => (statusCode, null)) { Status = status };
        using HttpClient client = ClientOf(Issuer(Fixture.Wiki), provider, options: new() { BaseUrl = Fixture.Base.Text, RequireConfirmation = true });
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, Fixture.Url).OnBehalfOf("fred");
        Task<HttpResponseMessage> sending = client.SendAsync(request, TestContext.Current.CancellationToken);
        if (isTaken)
        {
            Assert.Equal(statusCode, (int)(await sending).StatusCode);
            return;
        }

        TrustedAppException failure = await Assert.ThrowsAsync<TrustedAppException>(() => sending);
        Assert.Equal((ErrorCode.Unknown, statusCode), (failure.Code, (int)failure.StatusCode));
        Assert.Contains("RequireConfirmation demands that", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_that_does_not_end_is_logged_after_five_seconds_and_ends_with_the_request()
    {
        var clock = new ManualTimeProvider(Fixture.Now);
        using var logs = new LogRecorder();
        var handler = new TrustedAppHandler(Issuer(Fixture.Wiki), new() { BaseUrl = Fixture.Base.Text }, clock, new LoggerFactory([logs]).CreateLogger<TrustedAppHandler>())
        {
            InnerHandler = new Answering(_ => (200, null)),
        };
        using var client = new HttpClient(handler);
        using var ended = new CancellationTokenSource();
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Post, Fixture.Url + "&secret") { Content = new Endless() }.OnBehalfOf("fred");
        Task<HttpResponseMessage> sending = client.SendAsync(request, ended.Token);
        clock.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.Empty(logs.Lines);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        LogLine warning = await logs.FirstAsync("ContentTakesLong");
        Assert.StartsWith("The content of a request to https://tracker.example/app/rest/issues has not ended after 5 s.", warning.Message, StringComparison.Ordinal);
        Assert.Contains("AllowUnboundContent", warning.Message, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.False(sending.IsCompleted);
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Single(logs.Lines);
    }

    [Fact]
    public async Task Content_that_does_not_end_is_logged_once_for_a_client()
    {
        var clock = new ManualTimeProvider(Fixture.Now);
        using var logs = new LogRecorder();
        var handler = new TrustedAppHandler(Issuer(Fixture.Wiki), new() { BaseUrl = Fixture.Base.Text }, clock, new LoggerFactory([logs]).CreateLogger<TrustedAppHandler>())
        {
            InnerHandler = new Answering(_ => (200, null)),
        };
        using var client = new HttpClient(handler);
        for (int time = 0; time < 2; time++)
        {
            using var ended = new CancellationTokenSource();
            using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Post, Fixture.Url) { Content = new Endless() }.OnBehalfOf("fred");
            Task<HttpResponseMessage> sending = client.SendAsync(request, ended.Token);
            clock.Advance(TimeSpan.FromSeconds(5));
            if (time == 0) await logs.FirstAsync("ContentTakesLong");
            await ended.CancelAsync(); // after the warning, if there is one
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        }

        Assert.Contains("gRPC duplex", Assert.Single(logs.Lines).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("foo ", "foo")]
    [InlineData("application/json; ", "application/json;")]
    [InlineData("\tfoo\t ", "foo")]
    public async Task Outer_spaces_of_a_content_type_are_not_bound(string sent, string bound)
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
        Assert.Equal(bound, ContentBinding.Of([1], sent).ContentType);
        foreach (string received in new[] { bound, sent, $" {bound}\t" })
        {
            AssertionHeaders headers = Fixture.Issue(ProtocolVersion.Version4, method: "POST", content: ContentBinding.Of([1], sent));
            Request request = Request.Carrying(headers).With("Content-Type", received) with { Method = "POST", Content = new MemoryStream([1]) };
            Assert.Equal("OK fred", await provider.Answer(request));
        }
    }

    [Fact]
    public async Task A_URL_that_is_too_long_is_said_to_be_with_its_length()
    {
        using HttpClient client = ClientOf(Issuer(Fixture.Wiki), new Answering(_ => (200, null)));
        string query = new('q', 6000);
        var failure = await Assert.ThrowsAsync<ArgumentException>(async () =>
        {
            using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, Fixture.Url + query).OnBehalfOf("fred");
            await client.SendAsync(request, TestContext.Current.CancellationToken);
        });
        Assert.Matches("^The URL, the user and the content type take 60[0-9]{2} bytes in the assertion, which holds at most 58[0-9]{2}[.] Shorten the URL: send a long query as the content of a POST[.]", failure.Message);
    }

    // The protected header of Cert names it, whether it is carried or not.
    private static string GrantOf(Request request) => request[Seraph.Cert].Split('.')[0];

    private static HttpClient ClientOf(AssertionIssuer issuer, HttpMessageHandler provider, TimeProvider? clock = null, TrustedAppClientOptions? options = null) => new(
        new TrustedAppHandler(issuer, options ?? new() { BaseUrl = Fixture.Base.Text }, clock) { InnerHandler = provider });

    private static AssertionIssuer Issuer(ApplicationKeys keys) =>
        new(keys, Fixture.Tracker.ToCertificate(), Fixture.Base);

    private sealed class Issuers(params AssertionIssuer[] issuers) : IIssuerSource
    {
        private readonly Queue<AssertionIssuer> _next = new(issuers);

        public int Suspicions { get; private set; }

        public ProviderContact Contact { get; } = new();

        public ValueTask<AssertionIssuer> GetAsync(CancellationToken cancellationToken) => new(_next.Dequeue());

        public void SuspectCertificate() => Suspicions++;
    }

    // Content that waits for the response, and ignores its token.
    private sealed class Endless : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => new TaskCompletionSource().Task;

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class Answering(Func<Request, (int StatusCode, string? Error)> answer) : HttpMessageHandler
    {
        public List<Request> Requests { get; } = [];

        public string? Status { get; init; } = "OK";

        public TimeSpan? RetryAfter { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Request received = request.Headers.NonValidated.Aggregate(new Request(), (made, header) => made.With(header.Key, header.Value.ToString()));
            Requests.Add(received);
            (int statusCode, string? error) = answer(received);
            var response = new HttpResponseMessage((HttpStatusCode)statusCode) { RequestMessage = request };
            response.Headers.Date = DateTimeOffset.UtcNow.AddMinutes(3);
            string? status = error is null ? Status : "ERROR";
            if (status is not null) response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Status", status);
            if (error is not null) response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Error", error);
            if (error is not null && RetryAfter is { } delay) response.Headers.RetryAfter = new(delay);
            return Task.FromResult(response);
        }
    }

    // A provider that has rotated its keys: it rejects the first key grant.
    private sealed class RejectingOnce : HttpMessageHandler
    {
        public List<string> Senders { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Senders.Add(request.Headers.GetValues(Seraph.Id).Single());
            bool isFirst = Senders.Count == 1;
            var response = new HttpResponseMessage(isFirst ? HttpStatusCode.Unauthorized : HttpStatusCode.OK) { RequestMessage = request };
            response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Status", isFirst ? "ERROR" : "OK");
            if (isFirst) response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Error", "BAD_GRANT;\tThe grant is not known: {0};\t[\"wiki\"]");
            return Task.FromResult(response);
        }
    }
}
