using System.Net;
using TrustedApps.Client;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.Tests.Client;

/// <summary>
/// A grant is sent once and then named, against the verifier itself: one node or several, which each keep the grants
/// that they have verified.
/// </summary>
public sealed class NamedGrantTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new(Fixture.Now);
    private readonly InMemoryTrustStore _trusts = new(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
    private readonly Balancer _balancer = new();
    private readonly AssertionIssuer _issuer;
    private readonly HttpClient _consumer;

    public NamedGrantTests()
    {
        _issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, _clock);
        _consumer = new HttpClient(new TrustedAppHandler(_issuer, new() { BaseUrl = Fixture.Base.Text }, _clock) { InnerHandler = _balancer });
        Start(1);
    }

    public void Dispose() => _consumer.Dispose();

    [Fact]
    public async Task After_the_first_answer_requests_name_the_grant_and_are_a_third_as_long()
    {
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.Equal([true, false], Carries());
        int[] lengths = [.. _balancer.Requests.Select(request => request.Headers.Where(header => header.Key.StartsWith("X-Seraph", StringComparison.Ordinal)).Sum(header => header.Key.Length + header.Value.ToString().Length + 4))];
        Assert.InRange(lengths[0], 1800, 2300);
        Assert.InRange(lengths[1], 1, 700);
    }

    [Theory]
    [InlineData("GET", false, false)]
    [InlineData("HEAD", false, false)]
    [InlineData("PUT", false, false)]
    [InlineData("DELETE", false, false)]
    [InlineData("OPTIONS", false, false)]
    [InlineData("TRACE", false, false)]
    [InlineData("POST", false, true)]
    [InlineData("PATCH", false, true)]
    [InlineData("QUERY", false, true)]
    [InlineData("brew", false, true)]
    [InlineData("PUT", true, true)]
    [InlineData("DELETE", true, true)]
    [InlineData("POST", true, true)]
    public async Task What_could_be_executed_twice_or_has_content_carries_it(string method, bool hasContent, bool carries)
    {
        await SendAsync(HttpMethod.Get);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(new HttpMethod(method), hasContent ? "content" : null));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(new HttpMethod(method), hasContent ? "content" : ""));
        Assert.Equal([true, carries, carries], Carries());
    }

    [Theory]
    [InlineData("restart")]
    [InlineData("revision")]
    public async Task A_provider_that_does_not_keep_it_any_more_gets_it_at_once(string change)
    {
        await SendAsync(HttpMethod.Get);
        await SendAsync(HttpMethod.Get);
        if (change == "restart") Start(1);
        else _trusts.Replace(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
        for (int request = 0; request < 6; request++) Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));

        Assert.Equal([true, false, false, true, true, true, true, true, false], Carries()); // once more, and four with it
        Assert.Single(_balancer.Requests.Select(request => request[Seraph.Cert].Split('.')[0]).Distinct());
        Assert.Equal(_balancer.Requests.Count, _balancer.Requests.Select(request => request[Seraph.Cert]).Distinct().Count());
    }

    [Fact]
    public async Task What_carries_it_is_verified_anew_by_a_provider_that_was_restarted()
    {
        await SendAsync(HttpMethod.Get);
        Start(1);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Post, "content"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.Equal([true, true, false], Carries());
    }

    [Fact]
    public async Task A_hundred_first_requests_at_once_share_a_grant_that_each_carries()
    {
        Task<HttpStatusCode>[] sending = [.. Enumerable.Range(0, 100).Select(_ => Task.Run(() => SendAsync(HttpMethod.Get)))];
        Assert.All(await Task.WhenAll(sending), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.InRange(_balancer.Requests.Count, 100, 100);
        Assert.Single(_balancer.Requests.Select(request => request[Seraph.Cert].Split('.')[0]).Distinct());
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.False(Carries()[^1]);
    }

    [Theory]
    [InlineData("in turn", 1)]
    [InlineData("in turn", 16)]
    [InlineData("at random", 1)]
    [InlineData("at random", 16)]
    public async Task Of_5000_requests_to_ten_nodes_at_most_2_percent_pay_a_second_round_trip(string order, int together)
    {
        Start(10);
        var random = new Random(20261130);
        if (order == "at random") _balancer.Next = _ => random.Next(10);
        int left = 5000;
        await Task.WhenAll(Enumerable.Range(0, together).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0) Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        })));
        Assert.InRange(_balancer.Requests.Count, 5000, 5100);
        Assert.InRange(Carries().Count(carries => carries), 10, 250); // and few carry it
    }

    [Fact]
    public async Task A_new_grant_is_carried_by_one_request_at_a_time_until_it_was_accepted_and_then_named()
    {
        await SendAsync(HttpMethod.Get);
        _clock.Advance(TimeSpan.FromSeconds(301));
        string first = _balancer.Requests[0][Seraph.Key];
        Assert.True(SpinWait.SpinUntil(
            () => SendAsync(HttpMethod.Get).GetAwaiter().GetResult() == HttpStatusCode.OK && Carries()[^1], TimeSpan.FromSeconds(30)));
        Assert.NotEqual(first, _balancer.Requests[^1][Seraph.Key]);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.False(Carries()[^1]);
        Assert.Equal(_balancer.Requests[^2][Seraph.Cert].Split('.')[0], _balancer.Requests[^1][Seraph.Cert].Split('.')[0]);
        Assert.Equal(2, Carries().Count(carries => carries));
    }

    [Fact]
    public async Task A_provider_that_always_asks_for_the_grant_gets_each_request_at_most_three_times_and_one_grant_a_second()
    {
        await SendAsync(HttpMethod.Get);
        _balancer.InPlace = _ => Refusing("GRANT_NEEDED");
        for (int number = 0; number < 100; number++)
        {
            int before = _balancer.Requests.Count;
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Get));
            Assert.InRange(_balancer.Requests.Count - before, 2, 3); // named, with it, and the second try of BAD_GRANT
            before = _balancer.Requests.Count;
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Post));
            Assert.Equal(1, _balancer.Requests.Count - before);
            _clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.InRange(_balancer.Requests.Select(request => request[Seraph.Cert].Split('.')[0]).Distinct().Count(), 5, 7); // in five seconds
    }

    [Fact]
    public async Task Two_nodes_whose_clocks_differ_cost_one_grant_a_second_and_not_one_for_each_request()
    {
        var ahead = new ManualTimeProvider(Fixture.Now.AddSeconds(91));
        (AssertionVerifier right, AssertionVerifier wrong) = (NewVerifier(_clock), NewVerifier(ahead));
        _balancer.Nodes = [new VerifyingServer(() => right, Fixture.Now), new VerifyingServer(() => wrong, Fixture.Now.AddSeconds(91))];
        for (int number = 0; number < 100; number++)
        {
            await SendAsync(HttpMethod.Get);
            foreach (ManualTimeProvider clock in new[] { _clock, ahead }) clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.NotEqual(TimeSpan.Zero, _issuer.ClockCorrection);
        Assert.InRange(_balancer.Requests.Select(request => request[Seraph.Cert].Split('.')[0]).Distinct().Count(), 2, 7); // in five seconds
    }

    [Fact]
    public async Task A_grant_that_is_needed_is_sent_also_where_the_answer_is_a_redirect()
    {
        await SendAsync(HttpMethod.Get);
        int count = 0;
        _balancer.InPlace = _ => ++count == 1 ? Redirecting("GRANT_NEEDED") : null;
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.Equal([true, false, true], Carries());
    }

    [Theory]
    [InlineData("GET", "PERMISSION_DENIED", 1)]
    [InlineData("POST", "PERMISSION_DENIED", 1)]
    [InlineData("POST", "BAD_GRANT", 1)]
    [InlineData("GET", "BAD_GRANT", 2)]
    [InlineData("GET", "REPLAYED", 2)]
    public async Task A_refusal_that_is_a_redirect_is_not_followed(string method, string code, int requests)
    {
        _balancer.InPlace = _ => Redirecting(code);
        Assert.Equal(HttpStatusCode.Found, await SendAsync(new HttpMethod(method)));
        Assert.Equal(requests, _balancer.Requests.Count);
    }

    [Theory]
    [InlineData("BAD_GRANT", 2)]
    [InlineData("REPLAYED", 1)]
    public async Task A_request_that_was_asked_for_its_grant_has_its_second_try_left(string then, int grants)
    {
        await SendAsync(HttpMethod.Get);
        int count = 0;
        _balancer.InPlace = _ => ++count switch
        {
            1 => Refusing("GRANT_NEEDED"),
            2 => Refusing(then),
            _ => null,
        };
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.Equal([true, false, true, true], Carries());
        Assert.Equal(grants, _balancer.Requests.Select(request => request[Seraph.Cert].Split('.')[0]).Distinct().Count());
    }

    [Fact]
    public async Task A_redirect_is_followed_with_a_new_assertion_that_names_the_grant()
    {
        await SendAsync(HttpMethod.Get);
        int count = 0;
        _balancer.InPlace = _ => ++count == 1 ? Redirecting() : null;
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.Equal([true, false, false], Carries());
        Assert.Equal(3, _balancer.Requests.Select(request => request[Seraph.Cert]).Distinct().Count());
    }

    private static HttpResponseMessage Refusing(string code)
    {
        var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Status", "ERROR");
        response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Error", code + ";\tNo;\t[]");
        return response;
    }

    private static HttpResponseMessage Redirecting(string? refusal = null)
    {
        HttpResponseMessage response = refusal is null ? new() : Refusing(refusal);
        response.StatusCode = HttpStatusCode.Found;
        if (refusal is null) response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Status", "OK");
        response.Headers.TryAddWithoutValidation("Location", "/app/moved");
        return response;
    }

    private bool[] Carries() => [.. _balancer.Requests.Select(request => request.Headers.ContainsKey(Seraph.Key))];

    private void Start(int nodes)
    {
        _balancer.Nodes = [.. Enumerable.Range(0, nodes).Select(_ =>
        {
            AssertionVerifier verifier = NewVerifier();
            return new VerifyingServer(() => verifier);
        })];
    }

    private AssertionVerifier NewVerifier(TimeProvider? clock = null) => new(
        _trusts,
        UserResolvers.Everyone,
        new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker },
        new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }, clock ?? _clock),
        clock ?? _clock);

    private async Task<HttpStatusCode> SendAsync(HttpMethod method, string? content = null)
    {
        using HttpRequestMessage request = new HttpRequestMessage(method, Fixture.Url).OnBehalfOf("fred");
        if (content is not null) request.Content = new StringContent(content);
        using HttpResponseMessage response = await _consumer.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    /// <summary>Gives each request to a node: in turn, unless another order is set.</summary>
    private sealed class Balancer : HttpMessageHandler
    {
        private readonly Lock _gate = new();
        private HttpMessageInvoker[] _nodes = [];

        public IReadOnlyList<HttpMessageHandler> Nodes { set => _nodes = [.. value.Select(node => new HttpMessageInvoker(node))]; }

        public List<Request> Requests { get; } = [];

        public Func<int, int> Next { get; set; } = number => number;

        public Func<Request, HttpResponseMessage?> InPlace { get; set; } = _ => null;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Request received = request.Headers.NonValidated.Aggregate(new Request(), (made, header) => made.With(header.Key, header.Value.ToString()));
            HttpMessageInvoker node;
            lock (_gate)
            {
                Requests.Add(received);
                node = _nodes[Next(Requests.Count) % _nodes.Length];
            }

            if (InPlace(received) is { } other)
            {
                other.RequestMessage = request;
                return other;
            }

            return await node.SendAsync(request, cancellationToken);
        }
    }
}
