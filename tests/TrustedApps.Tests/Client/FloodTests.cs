using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using TrustedApps.Client;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.Tests.Client;

/// <summary>
/// 100,000 forged key grants a minute from the consumer's own address, against the verifier itself; the consumer is the
/// handler with its own retry policy. The clock is the test's.
/// </summary>
public sealed class FloodTests : IDisposable
{
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(10);
    private static readonly byte[] _signature = RandomNumberGenerator.GetBytes(512);

    private readonly ManualTimeProvider _clock = new(Fixture.Now);
    private readonly InMemoryTrustStore _trusts = new(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
    private ApplicationKeys _wiki = Fixture.Wiki;
    private string _forged = Craft4.Sign(Craft4.Claims(exp: Craft4.Now + 3600));
    private int _different = int.MaxValue; // a flood begins again after so many
    private int _sent;
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

    // Forgeries that are sent again have been turned away before, like the consumer's own grant. But each is looked at
    // once a minute, and a list so long that it takes more counts as new whenever it begins again.
    [Theory]
    [InlineData(2048, 30_000)]
    [InlineData(3072, 30_000)]
    [InlineData(4096, 30_000)]
    public async Task A_flood_that_sends_its_grants_again_and_again_does_not_shut_it_out(int bits, int different)
    {
        _wiki = WithSigningKeyOf(bits);
        _trusts.Replace(Fixture.Trust(_wiki, ProtocolVersion.Version4));
        _forged = Craft4.Sign(Craft4.Claims(exp: Craft4.Now + 3600), keys: _wiki);
        _different = different;
        Flood(TimeSpan.FromSeconds(21)); // the list was sent once at least
        _consumer.Dispose();
        (_server, _consumer) = NewConsumer();
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

    private static ApplicationKeys WithSigningKeyOf(int bits) => bits == 2048 ? Fixture.Wiki : new ApplicationKeys(
        "wiki",
        new KeyRing([.. Fixture.Wiki.Ring.Keys.Where(key => key.Use != KeyUse.Signature), PrivateKey.Generate(KeyUse.Signature, bits)], Fixture.Wiki.ChangedAt));

    private AssertionVerifier NewVerifier() => new(
        _trusts,
        UserResolvers.Everyone,
        new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker },
        new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }, _clock),
        _clock);

    private (VerifyingServer Server, HttpClient Consumer) NewConsumer()
    {
        var server = new VerifyingServer(() => _verifier);
        var issuer = new AssertionIssuer(_wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, _clock);
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
        int end = _forged.LastIndexOf('.') + 1, length = _wiki.SigningKey.PublicKey.ModulusLength;
        for (TimeSpan passed = TimeSpan.Zero; passed < duration; passed += _step)
        {
            for (int number = 0; number < 17; number++)
            {
                byte[] signature = new byte[length]; // less than any modulus
                BinaryPrimitives.WriteInt32BigEndian(signature.AsSpan(1), ++_sent % _different);
                _signature.AsSpan(0, length - 5).CopyTo(signature.AsSpan(5));
                string forged = _forged[..end] + Craft4.Encode(signature);
                _ = _verifier.VerifyAsync(Craft4.Request(cert: "forged", key: forged).ToIncoming(), cancellationToken: TestContext.Current.CancellationToken).AsTask();
            }

            _clock.Advance(_step);
        }
    }
}
