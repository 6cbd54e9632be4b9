using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.Tests;

public class AssertionVerifierOptionsTests
{
    [Fact]
    public void Values_outside_their_ranges_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AssertionVerifierOptions { ClockSkew = TimeSpan.FromSeconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AssertionVerifierOptions { ClockSkew = TimeSpan.FromSeconds(61) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AssertionVerifierOptions { ClockSkew = TimeSpan.FromSeconds(1.5) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AssertionVerifierOptions { MaxContentTime = TimeSpan.FromSeconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AssertionVerifierOptions { MaxContentTime = TimeSpan.FromSeconds(3601) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AssertionVerifierOptions { MaxGrantLifetime = TimeSpan.FromSeconds(59) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AssertionVerifierOptions { MaxGrantLifetime = TimeSpan.FromSeconds(3601) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AssertionVerifierOptions { MaxBufferedContent = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AssertionVerifierOptions { MaxBufferedContent = (1 << 30) + 1 });
    }

    [Fact]
    public void Own_keys_are_given_once()
    {
        var options = new AssertionVerifierOptions { Keys = Fixture.Tracker, KeyStore = new FixedKeyStore(Fixture.Tracker), BaseUrls = [Fixture.Base] };

        ArgumentException refused = Assert.Throws<ArgumentException>(() => new AssertionVerifier(new InMemoryTrustStore([]), UserResolvers.Everyone, options, new InMemoryReplayCache()));

        Assert.StartsWith("Set either Keys or KeyStore.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_in_a_store_serve_version_4() =>
        Assert.Equal("OK fred", await Answer(new() { KeyStore = new FixedKeyStore(Fixture.Tracker), BaseUrls = [Fixture.Base] }, Craft4.Request()));

    [Theory]
    [InlineData("http://tracker.example", false, "BAD_AUDIENCE")]
    [InlineData("http://tracker.example", true, "OK fred")]
    [InlineData("http://127.0.0.1:8080", false, "OK fred")]
    [InlineData("https://tracker.example", false, "OK fred")]
    public async Task A_base_URL_that_is_plain_http_serves_version_4_only_if_that_is_allowed(string baseUrl, bool allow, string answer)
    {
        string grant = Craft4.Sign(Craft4.Claims(@base: $"\"{baseUrl}\""));

        Assert.Equal(answer, await Answer(new() { Keys = Fixture.Tracker, BaseUrls = [BaseUrl.Parse(baseUrl)], AllowHttp = allow }, Craft4.Request(key: grant)));
    }

    [Theory]
    [InlineData(600, "OK fred")]
    [InlineData(599, "BAD_GRANT")]
    public async Task A_grant_lives_no_longer_than_is_allowed(int seconds, string answer) =>
        Assert.Equal(answer, await Answer(new() { Keys = Fixture.Tracker, BaseUrls = [Fixture.Base], MaxGrantLifetime = TimeSpan.FromSeconds(seconds) }, Craft4.Request()));

    [Theory]
    [InlineData(10, 10, "OK fred")]
    [InlineData(10, 11, "FUTURE_CERT")]
    [InlineData(60, 60, "OK fred")]
    [InlineData(0, 0, "OK fred")]
    [InlineData(0, 1, "FUTURE_CERT")]
    public async Task An_assertion_is_stamped_no_further_ahead_than_clocks_may_differ(int skew, int ahead, string answer) => Assert.Equal(
        answer,
        await Answer(
            new() { Keys = Fixture.Tracker, BaseUrls = [Fixture.Base], ClockSkew = TimeSpan.FromSeconds(skew) },
            Craft4.Request(Craft4.Seal(Craft4.Says(iat: (Craft4.Now + ahead).ToString(CultureInfo.InvariantCulture))))));

    private static Task<string> Answer(AssertionVerifierOptions options, Request request) =>
        new Provider(new TrustedApplication(Fixture.RecordOf(Fixture.Wiki), new TrustConditions { Addresses = ["*"], Urls = ["*"] })) { Options = options }.Answer(request);
}
