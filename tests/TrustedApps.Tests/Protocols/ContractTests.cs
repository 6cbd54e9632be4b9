using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols;

/// <summary>What every protocol keeps. A new version joins by its line in the list of protocols.</summary>
public class ContractTests
{
    private const string OtherUrl = "https://tracker.example/app/rest/issues?q=closed";

    public static TheoryData<string> Versions => Fixture.Versions;

    public static TheoryData<string> LegacyVersions => Fixture.LegacyVersions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_is_issued_is_accepted(string name)
    {
        (ProtocolVersion version, Provider provider) = Make(name);
        Verdict verdict = await provider.Verify(Request.Of(version));
        Assert.True(verdict.Accepted, verdict.Rejection?.Detail);
        Assert.Equal("fred", verdict.Assertion.User);
        Assert.Equal("wiki", verdict.Assertion.Application.Id);
        Assert.Same(version, verdict.Assertion.Version);
        Assert.Equal(Fixture.Now, verdict.Assertion.IssuedAt);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Any_user_and_url_that_is_issued_is_accepted(string name)
    {
        ProtocolVersion version = ProtocolVersion.Parse(name);
        TrustedApplication trust = Fixture.Trust(Fixture.Wiki, version);
        Gen<string> users = Generators.TextOf(["a", "Z", " ", "é", "\U0001F600", "\u2028", "\"", "\\", "-1159983122", "中"], 12).Where(user => user.Length > 0);
        Gen<string> targets = Generators.TextOf(["/", "a", "%41", "%zz", "?", "&", "..", ";", "é", "#", "\\"], 12).Select(rest => "/app/" + rest);
        if (!version.IsLegacy)
        {
            users = users.Select(user => $"x{user.Replace('\u2028', 'y')}x"); // neither line breaks nor spaces at the ends
            targets = targets.Select(target => target.Replace("é", "%C3%A9", StringComparison.Ordinal)); // printable ASCII
        }

        ForAll.Check(
            from user in users from target in targets select (user, target),
            given =>
            {
                var provider = new Provider(trust) { Users = UserResolvers.Everyone };
                Request request = Request.Of(version, given.user, "https://tracker.example" + given.target) with { Target = given.target };
                return provider.Answer(request).GetAwaiter().GetResult() == "OK " + given.user;
            },
            runs: 40);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Another_url_is_refused_except_in_version_1(string name)
    {
        (ProtocolVersion version, Provider provider) = Make(name);
        Request request = Request.Of(version) with { Target = "/app/rest/issues?q=closed" };
        Assert.Equal(name == "1" ? "OK fred" : "BAD_SIGNATURE", await provider.Answer(request));
    }

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public async Task Another_host_or_scheme_is_refused(string name)
    {
        (ProtocolVersion version, Provider provider) = Make(name);
        Assert.Equal("BAD_URL", await provider.Answer(Request.Of(version) with { Host = "tracker.example:443" }));
        Assert.Equal("BAD_URL", await provider.Answer(Request.Of(version) with { Host = "Tracker.example" }));
        Assert.Equal("BAD_URL", await provider.Answer(Request.Of(version) with { Scheme = "http" }));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_bounds_of_time_are_inclusive(string name)
    {
        (ProtocolVersion version, Provider provider) = Make(name);
        (long behind, long ahead, long tick) = version.IsLegacy ? (60_000, 15 * 60_000 + 60_000, 1) : (60_000 + 30_000, 30_000, 1000);
        Assert.Equal("OK fred", await provider.Answer(Request.Of(version, stamp: Fixture.Stamp - behind)));
        Assert.Equal("OLD_CERT", await provider.Answer(Request.Of(version, stamp: Fixture.Stamp - behind - tick)));
        Assert.Equal("OK fred", await provider.Answer(Request.Of(version, stamp: Fixture.Stamp + ahead)));
        Assert.Equal("FUTURE_CERT", await provider.Answer(Request.Of(version, stamp: Fixture.Stamp + ahead + tick)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_header_is_needed(string name)
    {
        (ProtocolVersion version, Provider provider) = Make(name);
        Request request = Request.Of(version);
        foreach (string header in request.Headers.Keys) Assert.False((await provider.Verify(request.Without(header))).Accepted, header);
        Assert.Equal("OK fred", await provider.Answer(request));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_header_is_bound_to_the_others(string name)
    {
        (ProtocolVersion version, Provider provider) = Make(name);
        provider.Trusts.TryAdd(Fixture.Trust(Fixture.Blog, version));
        Request request = Request.Of(version);
        Request[] others =
        [
            Request.Of(version, user: "ann", grant: Another()),
            Request.Of(version, url: OtherUrl, grant: Another()),
            Request.Of(version, stamp: Fixture.Stamp + 1, grant: Another()),
            Request.Of(version, user: "ann", url: OtherUrl, stamp: Fixture.Stamp - 1, keys: Fixture.Blog),
        ];
        int exchanged = 0;
        foreach (Request other in others)
        {
            foreach (string header in request.Headers.Keys.Where(header => other[header] != request[header]))
            {
                Assert.False((await provider.Verify(request.With(header, other[header]))).Accepted, header);
                exchanged++;
            }
        }

        Assert.True(exchanged >= request.Headers.Count);
        Assert.Equal("OK fred", await provider.Answer(request));

        KeyGrant? Another() => version.IsLegacy ? null : Fixture.NewGrant();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task No_change_to_a_header_of_a_request_that_was_delivered_throws_or_is_accepted(string name)
    {
        (ProtocolVersion version, Provider provider) = Make(name);
        Request request = Request.Of(version);
        Assert.Equal("OK fred", await provider.Answer(request));
        string[] headers = [.. request.Headers.Keys];
        Gen<(string Header, string Value)> changes =
            from header in Gen.Elements(headers)
            from value in Generators.Mutate(Gen.Constant(request[header]), Generators.AnyCharacter)
            select (header, value);
        ForAll.Check(
            changes,
            change => change.Value == request[change.Header]
                || !provider.Verify(request.With(change.Header, change.Value)).GetAwaiter().GetResult().Accepted,
            runs: 300);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_trust_in_another_version_does_not_accept_it(string name)
    {
        ProtocolVersion version = ProtocolVersion.Parse(name);
        ProtocolVersion[] others = [.. ProtocolVersion.All.Where(other => other != version)];
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, others));
        Assert.Equal("BAD_PROTOCOL_VERSION", await provider.Answer(Request.Of(version)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_key_of_another_application_is_refused(string name)
    {
        (ProtocolVersion version, Provider provider) = Make(name);
        Request forged = Request.Of(version, keys: Fixture.Blog);
        forged = forged.With(version == ProtocolVersion.Warwick ? WarwickHeader.Id : Seraph.Id, "wiki");
        Assert.False((await provider.Verify(forged)).Accepted);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void What_could_not_be_read_back_is_not_issued(string name)
    {
        var version = ProtocolVersion.Parse(name);
        string[] users = ["", "a\nb", "a\r", "a\0", "\uD800", new string('a', 1025)];
        if (!version.IsLegacy) users = [.. users, " a", "a ", "a\u2028b", "a\u2029", "a\u0085", new string('a', 256)];
        string parameter = version.IsLegacy ? "user" : "request";
        foreach (string user in users)
        {
            Assert.Throws<ArgumentException>(parameter, () => Fixture.Issue(version, user));
        }

        string[] urls = ["", "https://h/\n", "https://h/\r\n", "https://h/\0"];
        if (!version.IsLegacy) urls = [.. urls, "https://h", "https://h?q", "/app", "https://h/é", "https://h/a b"];
        foreach (string url in urls)
        {
            Assert.Throws<ArgumentException>(nameof(url), () => Fixture.Issue(version, url: url));
        }
    }

    private static (ProtocolVersion Version, Provider Provider) Make(string name)
    {
        var version = ProtocolVersion.Parse(name);
        return (version, new Provider(Fixture.Trust(Fixture.Wiki, version)));
    }
}
