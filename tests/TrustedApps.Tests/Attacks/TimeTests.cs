namespace TrustedApps.Tests.Attacks;

/// <summary>Requests that would be good for ever, or not yet.</summary>
public class TimeTests
{
    public static TheoryData<string> Versions => Fixture.Versions;

    public static TheoryData<string> LegacyVersions => Fixture.LegacyVersions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_stamp_in_the_future_is_refused(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version));
        long[] stamps = version.IsLegacy
            ? [Fixture.Stamp + 960_001, Fixture.Stamp + 86_400_000, 4_102_444_800_000, 253_402_300_800_000, 999_999_999_999_999]
            : [Fixture.Stamp + 31_000, Fixture.Stamp + 86_400_000, 4_102_444_800_000, 253_402_300_799_000];
        foreach (long stamp in stamps)
        {
            Assert.Equal("FUTURE_CERT", await provider.Answer(Request.Of(version, stamp: stamp)));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_stamp_in_the_past_is_refused(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version));
        foreach (long stamp in new[] { Fixture.Stamp - (version.IsLegacy ? 60_001 : 90_001), Fixture.Stamp - 86_400_000, 1_000_000_000_000, 1 })
        {
            Assert.Equal("OLD_CERT", await provider.Answer(Request.Of(version, stamp: stamp)));
        }
    }

    [Fact]
    public void A_timeout_of_zero_does_not_mean_for_ever() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrustConditions { Addresses = ["*"], Urls = ["*"], Timeout = TimeSpan.Zero });

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public async Task A_header_set_lives_no_longer_than_allowance_skew_and_timeout_together(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version));
        Request request = Request.Of(version, stamp: Fixture.Stamp + 900_000 + 60_000);
        Assert.Equal("OK fred", await provider.Answer(request));
        provider.Clock.Advance(TimeSpan.FromMinutes(15 + 1 + 1));
        Assert.Equal("OK fred", await provider.Answer(request));
        provider.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("OLD_CERT", await provider.Answer(request));
    }

    [Fact]
    public async Task Under_version_4_it_lives_no_longer_than_timeout_and_twice_the_skew()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
        Request Stamped() => Request.Of(ProtocolVersion.Version4, stamp: Fixture.Stamp + 30_000);
        Request first = Stamped(), second = Stamped(), third = Stamped();
        Assert.Equal("OK fred", await provider.Answer(first));
        provider.Clock.Advance(TimeSpan.FromSeconds(30 + 60 + 30) + TimeSpan.FromMilliseconds(999)); // now is whole seconds
        Assert.Equal("OK fred", await provider.Answer(second));
        Assert.Equal("REPLAYED", await provider.Answer(first));
        provider.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("OLD_CERT", await provider.Answer(third));
    }
}
