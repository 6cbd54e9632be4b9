using System.Net;
using System.Security.Cryptography;
using TrustedApps.Client;
using TrustedApps.Replay;

namespace TrustedApps.Tests.Client;

/// <summary>
/// 100,000 forged key grants a minute from the consumer's own address, against the verifier itself; the consumer is the
/// handler with its own retry policy. The clock is the test's.
/// </summary>
public sealed class FloodTests : IDisposable
{
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(10);

    private readonly ManualTimeProvider _clock = new(Fixture.Now);
    private readonly InMemoryTrustStore _trusts = new(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
    private readonly string _forged = Craft4.Sign(Craft4.Claims(exp: Craft4.Now + 3600));
    private AssertionVerifier _verifier;
    private VerifyingServer _server;
    private HttpClient _consumer;

    public FloodTests()
    {
        _verifier = NewVerifier();
        (_server, _consumer) = NewConsumer();
    }

    public void Dispose() => _consumer.Dispose();

    [Fact]
    public async Task A_consumer_that_holds_a_good_grant_loses_no_request()
    {
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        string first = _server.KeyGrants[0];
        _clock.Advance(TimeSpan.FromSeconds(301)); // it is time to renew
        Flood(TimeSpan.FromSeconds(12)); // until it is steady
        for (int request = 0; request < 60; request++)
        {
            Assert.Equal(HttpStatusCode.OK, await SendAsync(request % 3 == 0 ? HttpMethod.Post : HttpMethod.Get));
            Flood(TimeSpan.FromMilliseconds(100));
        }

        Assert.NotEqual(first, _server.KeyGrants[^1]); // the new one was accepted meanwhile, in the flood
    }

    [Theory]
    [InlineData("just started")]
    [InlineData("provider restarted")]
    [InlineData("trust edited")]
    public async Task A_consumer_that_has_none_has_its_first_request_accepted_within_10_seconds(string situation)
    {
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Flood(TimeSpan.FromSeconds(12));
        switch (situation)
        {
            case "just started":
                _consumer.Dispose();
                (_server, _consumer) = NewConsumer();
                break;
            case "provider restarted":
                _verifier = NewVerifier();
                Flood(TimeSpan.FromSeconds(12)); // and the flood goes on before it asks
                break;
            default:
                _trusts.Replace(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
                break;
        }

        DateTimeOffset sent = _clock.GetUtcNow();
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get));
        Assert.InRange(_clock.GetUtcNow() - sent, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_flood_in_the_name_of_one_application_does_not_slow_another_down()
    {
        _trusts.TryAdd(Fixture.Trust(Fixture.Blog, ProtocolVersion.Version4));
        Flood(TimeSpan.FromSeconds(12));
        Verdict verdict = await _verifier.VerifyAsync(
            Request.Of(ProtocolVersion.Version4, keys: Fixture.Blog, stamp: _clock.GetUtcNow().ToUnixTimeMilliseconds()).ToIncoming(),
            cancellationToken: TestContext.Current.CancellationToken).AsTask();
        Assert.True(verdict.Accepted);
    }

    private AssertionVerifier NewVerifier() => new(
        _trusts,
        UserResolvers.Everyone,
        new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker },
        new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }, _clock),
        _clock);

    private (VerifyingServer Server, HttpClient Consumer) NewConsumer()
    {
        var server = new VerifyingServer(() => _verifier);
        var issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, _clock);
        var handler = new TrustedAppHandler(issuer, new TrustedAppClientOptions { BaseUrl = Fixture.Base.Text }, _clock) { InnerHandler = server };
        return (server, new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan });
    }

    private async Task<HttpStatusCode> SendAsync(HttpMethod method)
    {
        using HttpRequestMessage request = new HttpRequestMessage(method, Fixture.Url).OnBehalfOf("fred");
        Task<HttpResponseMessage> sending = _consumer.SendAsync(request, TestContext.Current.CancellationToken);
        while (!sending.IsCompleted)
        {
            Flood(_step);
            await Task.Yield();
        }

        using HttpResponseMessage response = await sending;
        return response.StatusCode;
    }

    private void Flood(TimeSpan duration)
    {
        int end = _forged.LastIndexOf('.') + 1, length = Fixture.Wiki.SigningKey.PublicKey.ModulusLength;
        for (TimeSpan passed = TimeSpan.Zero; passed < duration; passed += _step)
        {
            for (int number = 0; number < 17; number++)
            {
                byte[] signature = RandomNumberGenerator.GetBytes(length);
                signature[0] = 0; // less than any modulus
                string forged = _forged[..end] + Craft4.Encode(signature);
                _ = _verifier.VerifyAsync(Craft4.Request(cert: "forged", key: forged).ToIncoming(), cancellationToken: TestContext.Current.CancellationToken).AsTask();
            }

            _clock.Advance(_step);
        }
    }
}
