using System.Net;
using System.Net.Http.Headers;
using TrustedApps.Client;
using TrustedApps.Responses;

namespace TrustedApps.Tests.Client;

/// <summary>
/// Refusals where proofs are required: what is proven is the result and corrects the clock, and what is not makes the
/// consumer do no more than try again.
/// </summary>
public sealed class ResponseProofRefusalTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new(Fixture.Now); // the provider's
    private readonly ManualTimeProvider _own = new(Fixture.Now);
    private readonly ProvingServer _server;
    private readonly AssertionIssuer _issuer;
    private HttpClient? _client;

    public ResponseProofRefusalTests()
    {
        _server = new ProvingServer(_clock);
        _issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, _own);
    }

    public void Dispose() => _client?.Dispose();

    [Theory]
    [InlineData(4.9)]
    [InlineData(1)]
    [InlineData(-5)]
    [InlineData(-9)]
    public async Task A_clock_that_is_wrong_is_corrected_by_the_proof_and_not_by_Date(double minutes)
    {
        _own.Advance(TimeSpan.FromHours(1));
        _clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMinutes(minutes));
        _server.OnTheWay = response => response.Headers.Date = Fixture.Now.AddDays(1);
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(-minutes), _issuer.ClockCorrection);
        Assert.Equal(2, _server.Requests.Count);
        Assert.Equal(minutes > 0 ? ErrorCode.FutureAssertion : ErrorCode.OldAssertion, _server.Verdicts[0].Rejection!.Value.Code);
        Assert.NotNull(_server.Verdicts[0].Prover);
    }

    [Theory]
    [InlineData(6, "ahead of the provider's by 00:06:00")]
    [InlineData(-12, "behind the provider's by 00:12:00")]
    public async Task A_clock_that_is_further_off_is_not_corrected_and_the_exception_says_so(int minutes, string hint)
    {
        _own.Advance(TimeSpan.FromHours(1));
        _clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMinutes(minutes));
        var refused = await Assert.ThrowsAsync<ResponseProofException>(() => SendAsync(HttpMethod.Get));
        Assert.Contains(minutes > 0 ? "it says FUTURE_CERT" : "it says OLD_CERT", refused.Reason, StringComparison.Ordinal);
        Assert.Contains($"If its Date header is right, which is not proven, this host's clock is {hint}: synchronise the clocks", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, _issuer.ClockCorrection);
        Assert.Equal(2, _server.Requests.Count);
    }

    [Theory]
    [InlineData("BAD_GRANT", 2)]
    [InlineData("GRANT_NEEDED", 2)]
    [InlineData("OLD_CERT", 2)]
    [InlineData("FUTURE_CERT", 2)]
    [InlineData("UNAVAILABLE", 1)]
    [InlineData("REPLAYED", 1)]
    public async Task What_is_not_proven_is_tried_once_more_and_is_never_the_result(string code, int grants)
    {
        int answers = 0;
        _server.InPlace = _ => ++answers <= 1 ? Refusing(code) : null;
        using (HttpResponseMessage response = await SendAsync(HttpMethod.Get)) Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, _server.Requests.Count);
        Assert.Equal(grants, _server.Requests.Select(request => request[Seraph.Cert].Split('.')[0]).Distinct().Count());
        Assert.Equal(TimeSpan.Zero, _issuer.ClockCorrection);

        _server.InPlace = _ => Refusing(code);
        int before = _server.Requests.Count;
        var refused = await Assert.ThrowsAsync<ResponseProofException>(() => SendAsync(HttpMethod.Put, "content"));
        Assert.Contains($"it has no proof; it says {code}", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(2, _server.Requests.Count - before);
        Assert.Equal(TimeSpan.Zero, _issuer.ClockCorrection);

        before = _server.Requests.Count;
        await Assert.ThrowsAsync<ResponseProofException>(() => SendAsync(HttpMethod.Post));
        Assert.Equal(1, _server.Requests.Count - before); // it may have been executed
    }

    [Theory]
    [InlineData("PERMISSION_DENIED")]
    [InlineData("BAD_MAGIC")]
    [InlineData("USER_UNKNOWN")]
    [InlineData("SYSTEM")]
    public async Task Other_codes_without_a_proof_are_not_tried_again(string code)
    {
        _server.InPlace = _ => Refusing(code);
        await Assert.ThrowsAsync<ResponseProofException>(() => SendAsync(HttpMethod.Get));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_redirect_without_a_proof_is_not_followed_and_a_proven_one_is()
    {
        _server.InPlace = _ =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.Found);
            response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Status", "OK");
            response.Headers.TryAddWithoutValidation("Location", "/app/moved");
            return response;
        };
        await Assert.ThrowsAsync<ResponseProofException>(() => SendAsync(HttpMethod.Get));
        Assert.Single(_server.Requests);

        _server.InPlace = _ => null;
        int answers = 0;
        _server.Answer = () => new() { Status = ++answers == 1 ? 302 : 200, Location = answers == 1 ? "/app/moved" : null };
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("/app/moved", _server.Requests[^1].Target);
    }

    [Fact]
    public async Task An_OK_without_a_proof_does_not_make_the_grant_be_named()
    {
        _server.InPlace = _ =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK);
            response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Status", "OK");
            return response;
        };
        await Assert.ThrowsAsync<ResponseProofException>(() => SendAsync(HttpMethod.Get));
        await Assert.ThrowsAsync<ResponseProofException>(() => SendAsync(HttpMethod.Get));
        Assert.All(_server.Requests, request => Assert.True(request.Headers.ContainsKey(Seraph.Key)));
        _server.InPlace = _ => null;
        (await SendAsync(HttpMethod.Get)).Dispose();
        (await SendAsync(HttpMethod.Get)).Dispose();
        Assert.Contains(_server.Requests.TakeLast(2), request => !request.Headers.ContainsKey(Seraph.Key)); // after a proven one
    }

    [Fact]
    public async Task A_proven_answer_confirms_the_request_whatever_a_proxy_does_to_the_Status_header()
    {
        _server.OnTheWay = response => response.Headers.Remove("X-Seraph-Trusted-App-Status");
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, requireConfirmation: true);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static HttpResponseMessage Refusing(string code)
    {
        var response = new HttpResponseMessage(code == "UNAVAILABLE" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.Unauthorized);
        response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Status", "ERROR");
        response.Headers.TryAddWithoutValidation("X-Seraph-Trusted-App-Error", code + ";\tNo;\t[]");
        response.Headers.Date = Fixture.Now.AddMinutes(5);
        response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.Zero);
        return response;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string? content = null, bool requireConfirmation = false)
    {
        _client ??= new HttpClient(new TrustedAppHandler(
            _issuer,
            new() { BaseUrl = Fixture.Base.Text, RequireResponseProof = true, RequireConfirmation = requireConfirmation },
            _own)
        { InnerHandler = _server });
        using HttpRequestMessage request = new HttpRequestMessage(method, Fixture.Url).OnBehalfOf("fred");
        if (content is not null) request.Content = new StringContent(content);
        return await _client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
