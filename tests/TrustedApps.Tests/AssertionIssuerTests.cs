using System.Text;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Protocols;

namespace TrustedApps.Tests;

public class AssertionIssuerTests
{
    private readonly ManualTimeProvider _clock = new(Fixture.Now);

    public static TheoryData<string> Versions => Fixture.Versions;

    public static TheoryData<string> LegacyVersions => Fixture.LegacyVersions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_it_issues_is_accepted(string name)
    {
        var version = ProtocolVersion.Parse(name);
        AssertionIssuer issuer = Make(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version));
        Assert.Same(version, issuer.Version);
        Assert.Equal("OK fred", await provider.Answer(Request.Carrying(issuer.Issue("fred", Fixture.Url))));
    }

    [Fact]
    public void A_storm_of_refusals_stops_nobody_from_issuing()
    {
        var issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base);
        var request = new OutgoingRequest { Url = Fixture.Url, User = "fred" };
        Threads.Run(4, _ =>
        {
            for (int round = 0; round < 25; round++)
            {
                IssuedAssertion issued = issuer.IssueAsync(request, KeyGrantTrial.Never, CancellationToken.None).Completed();
                Assert.NotNull(issued.Headers.Cert);
                issuer.Answered(issued, KeyGrantAnswer.Rejected);
            }
        });
    }

    [Fact]
    public void With_other_keys_or_a_newer_certificate_an_issuer_goes_by_the_same_clock()
    {
        ApplicationKeys rotated = Fixture.Wiki.WithNext(Fixture.Now).Rotate(Fixture.Now);
        var newer = KeyGrantRecipient.Of(Fixture.Tracker.WithNext(Fixture.Now).ToCertificate(time: _clock));
        var issuer = new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, _clock);
        Assert.True(issuer.TryCorrectClock(TimeSpan.FromSeconds(7)));

        AssertionIssuer after = issuer.With(rotated, newer);

        Assert.Same(newer, after.Provider);
        Assert.Equal((TimeSpan.FromSeconds(7), ProtocolVersion.Version4), (after.ClockCorrection, after.Version));
        _clock.Step(TimeSpan.FromHours(1));
        Assert.False(after.TryCorrectClock(TimeSpan.FromSeconds(9))); // at most once a second, by no clock that can be set
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(issuer.TryCorrectClock(TimeSpan.FromSeconds(8))); // by a response to a request that began before
        Assert.Equal(TimeSpan.FromSeconds(8), after.ClockCorrection);
        Assert.NotEqual(issuer.Issue("fred", Fixture.Url).Key!.Split('.')[0], after.Issue("fred", Fixture.Url).Key!.Split('.')[0]); // another kid
    }

    [Fact]
    public void A_change_of_keys_uses_no_stamp_twice()
    {
        var issuer = new AssertionIssuer(Fixture.Wiki, LegacyProtocols.Atlassian3, postDate: false, time: _clock);
        AssertionHeaders before = issuer.Issue("fred", Fixture.Url);
        AssertionHeaders after = issuer.With(ThrowAwayKeys.Of("wiki", 3), provider: null).Issue("fred", Fixture.Url);

        Assert.NotEqual(before.Cert, after.Cert); // the same but for the stamp: version 3 signs it apart
    }

    [Fact]
    public void It_stamps_now()
    {
        var issuer = Make("3");
        Assert.Equal(Fixture.Stamp, StampOf(issuer.Issue("fred", Fixture.Url)));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(Fixture.Stamp + 5000, StampOf(issuer.Issue("fred", Fixture.Url)));
    }

    [Fact]
    public void It_stamps_a_quarter_of_an_hour_ahead_for_providers_that_expect_it() =>
        Assert.Equal(Fixture.Stamp + 900_000, StampOf(new AssertionIssuer(Fixture.Wiki, LegacyProtocols.Atlassian3, postDate: true, time: _clock).Issue("fred", Fixture.Url)));

    [Fact]
    public void By_the_clock_of_this_machine_when_no_other_is_given()
    {
        long before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        long stamp = StampOf(new AssertionIssuer(Fixture.Wiki, LegacyProtocols.Atlassian3).Issue("fred", Fixture.Url));
        Assert.InRange(stamp, before, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public void No_stamp_is_used_twice_for_one_url_whoever_the_user_is()
    {
        var issuer = Make("3");
        long[] stamps = [.. new[] { "fred", "ann", "fred" }.Select(user => StampOf(issuer.Issue(user, Fixture.Url)))];
        Assert.Equal([Fixture.Stamp, Fixture.Stamp + 1, Fixture.Stamp + 2], stamps);
    }

    [Fact]
    public async Task Two_users_on_one_url_in_one_millisecond_are_both_served_in_version_2()
    {
        var issuer = Make("2");
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2));
        Assert.Equal("OK fred", await provider.Answer(Request.Carrying(issuer.Issue("fred", Fixture.Url))));
        Assert.Equal("OK ann", await provider.Answer(Request.Carrying(issuer.Issue("ann", Fixture.Url))));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_cannot_be_sent_safely_is_not_issued(string name)
    {
        AssertionIssuer issuer = Make(name);
        foreach (string user in new[] { "", "fr\ned", "fred\r", $"admin\n{Fixture.Magic}", "fr\u0085ed", "\uDC00", new string('a', 1025) })
        {
            Assert.Throws<ArgumentException>(name == "4" ? "request" : nameof(user), () => issuer.Issue(user, Fixture.Url));
        }

        foreach (string url in new[] { "", "https://tracker.example/\nadmin", "https://tracker.example/\t" })
        {
            Assert.Throws<ArgumentException>(nameof(url), () => issuer.Issue("fred", url));
        }
    }

    [Fact]
    public void Keys_version_and_url_are_needed()
    {
        var issuer = new AssertionIssuer(Fixture.Wiki, LegacyProtocols.Atlassian3);
        Assert.Throws<ArgumentNullException>("keys", () => new AssertionIssuer(null!, LegacyProtocols.Atlassian3));
        Assert.Throws<ArgumentNullException>("protocol", () => new AssertionIssuer(Fixture.Wiki, null!));
        Assert.Throws<ArgumentNullException>("url", () => issuer.Issue("fred", null!));
        Assert.Throws<ArgumentNullException>("method", () => issuer.Issue("fred", Fixture.Url, null!));
        Assert.Throws<ArgumentException>("method", () => issuer.Issue("fred", Fixture.Url, ""));
    }

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public void Older_versions_need_a_user(string name) => Assert.Throws<ArgumentException>(() => Make(name).Issue(null, Fixture.Url));

    [Fact]
    public void Version_4_needs_keys_a_certificate_and_a_base_url()
    {
        ApplicationCertificate provider = Fixture.Tracker.ToCertificate();
        Assert.Throws<ArgumentNullException>("keys", () => new AssertionIssuer(null!, provider, Fixture.Base));
        Assert.Throws<ArgumentNullException>("provider", () => new AssertionIssuer(Fixture.Wiki, null!, Fixture.Base));
        Assert.Throws<ArgumentNullException>("baseUrl", () => new AssertionIssuer(Fixture.Wiki, provider, null!));
        Assert.Contains("publish-next", Assert.Throws<ArgumentException>("keys", () => new AssertionIssuer(Fixture.OfBits(1024), provider, Fixture.Base)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Threads_at_once_get_assertions_that_are_all_accepted()
    {
        var issuer = Make("3");
        var provider = new Provider(Fixture.Trust(
            Fixture.Wiki, new TrustConditions { Addresses = ["*"], Urls = ["*"], Methods = ["POST"] }));
        var issued = new AssertionHeaders[8 * 20];
        Threads.Run(8, thread =>
        {
            for (int round = 0; round < 20; round++) issued[(thread * 20) + round] = issuer.Issue("fred", Fixture.Url);
        });
        foreach (AssertionHeaders headers in issued)
        {
            Assert.Equal("OK fred", await provider.Answer(Request.Carrying(headers) with { Method = "POST" }));
        }
    }

    private AssertionIssuer Make(string version) => version == "4"
        ? new AssertionIssuer(Fixture.Wiki, Fixture.Tracker.ToCertificate(), Fixture.Base, _clock)
        : new AssertionIssuer(Fixture.Wiki, LegacyProtocols.Find(ProtocolVersion.Parse(version)), postDate: false, time: _clock);

    private static long StampOf(AssertionHeaders headers)
    {
        string text = Encoding.UTF8.GetString(Convert.FromBase64String(Request.Carrying(headers)[Seraph.Cert]));
        return long.Parse(text.Split('\n')[0], CultureInfo.InvariantCulture);
    }
}
