using System.Net;
using System.Security.Claims;
using TrustedApps.Replay;

namespace TrustedApps.Tests;

// The order of checks: AssertionVerifierOrderTests. What each version accepts: Protocols/ContractTests.
public class AssertionVerifierTests
{
    private static readonly BaseUrl _base = BaseUrl.Parse("https://tracker.example/app");

    public static TheoryData<string> ForgeableVersions => Fixture.ForgeableVersions;

    public static TheoryData<string> SignedVersions => Fixture.SignedVersions;

    [Fact]
    public void Trusts_users_options_and_memory_are_needed()
    {
        var trusts = new InMemoryTrustStore();
        var options = new AssertionVerifierOptions { BaseUrls = [_base] };
        InMemoryReplayCache memory = new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true });
        Assert.Throws<ArgumentNullException>("trusts", () => new AssertionVerifier(null!, UserResolvers.Everyone, options, memory));
        Assert.Throws<ArgumentNullException>("users", () => new AssertionVerifier(trusts, null!, options, memory));
        Assert.Throws<ArgumentNullException>("options", () => new AssertionVerifier(trusts, UserResolvers.Everyone, null!, memory));
        Assert.Throws<ArgumentNullException>("memory", () => new AssertionVerifier(trusts, UserResolvers.Everyone, options, null!));
    }

    [Fact]
    public void A_provider_without_a_base_url_does_not_start()
    {
        var refused = Assert.Throws<ArgumentException>("options", () => new Provider { Options = new AssertionVerifierOptions() }.Verifier);
        Assert.Contains("Say under which public base URLs this provider is reached.", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(new Provider { Options = new AssertionVerifierOptions { AcceptAnyBaseUrl = true } }.Verifier);
    }

    [Fact]
    public async Task A_request_without_our_headers_is_none_of_ours() =>
        Assert.Equal(VerdictStatus.None, (await new Provider().Verify(new Request())).Status);

    [Fact]
    public async Task The_clock_of_this_machine_counts_when_no_other_is_given()
    {
        var trusts = new InMemoryTrustStore(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        var verifier = new AssertionVerifier(trusts, UserResolvers.Everyone, new AssertionVerifierOptions { BaseUrls = [_base], LegacyProtocols = LegacyProtocols.All }, new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }));
        AssertionHeaders fresh = new AssertionIssuer(Fixture.Wiki, LegacyProtocols.Atlassian3).Issue("fred", Fixture.Url);
        Verdict verdict = await verifier.VerifyAsync(Request.Carrying(fresh).ToIncoming(), users: null, TestContext.Current.CancellationToken);
        Assert.True(verdict.Accepted);
    }

    [Fact]
    public async Task A_refusal_names_application_and_version_as_the_request_does()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        Verdict verdict = await provider.Verify(Request.Of(ProtocolVersion.Atlassian3).With(Seraph.Id, "stranger"));
        Assert.Equal("stranger", verdict.ClaimedApplicationId);
        Assert.Same(ProtocolVersion.Atlassian3, verdict.Version);
        Assert.Null((await provider.Verify(Request.Of(ProtocolVersion.Atlassian3).With(Seraph.Version, "03"))).Version);
    }

    [Fact]
    public async Task A_refusal_for_the_version_says_which_are_accepted()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3, ProtocolVersion.Warwick));
        Request request = Request.Of(ProtocolVersion.Atlassian3);
        async Task<string> Told(Request sent) => (await provider.Verify(sent)).Rejection!.Value.ToError().Format();
        Assert.Equal("Protocol version 2 is not accepted; accepted: 3, warwick", await Told(request.With(Seraph.Version, "2")));
        Assert.Equal("Protocol version 0 is not accepted; accepted: 3, warwick", await Told(request.Without(Seraph.Version)));
    }

    // Versions 1 and 2 where somebody may listen.
    [Theory]
    [MemberData(nameof(ForgeableVersions))]
    public async Task Forgeable_versions_are_refused_where_a_base_url_is_http(string name)
    {
        var version = ProtocolVersion.Parse(name);
        BaseUrl http = BaseUrl.Parse("http://tracker.example/app");
        Request overHttps = Request.Of(version);
        Request overHttp = Request.Of(version, url: "http://tracker.example/app/rest/issues?q=open") with { Scheme = "http" };

        Assert.Equal("BAD_PROTOCOL_VERSION", await Serving([http]).Answer(overHttp));
        Assert.Equal("BAD_PROTOCOL_VERSION", await Serving([http, _base]).Answer(overHttp));
        Assert.Equal("BAD_PROTOCOL_VERSION", await Serving([_base, http]).Answer(overHttps)); // configuration decides, not the request
        Assert.Equal("OK fred", await Serving([_base]).Answer(overHttps));
        Assert.Equal("OK fred", await Serving([http], allow: true).Answer(overHttp));

        Verdict verdict = await Serving([http]).Verify(overHttp);
        Assert.Contains("set AllowForgeableVersionsOverHttp", verdict.Rejection?.Detail, StringComparison.Ordinal);

        Provider Serving(BaseUrl[] baseUrls, bool allow = false) => new(Fixture.Trust(Fixture.Wiki, version))
        {
            Options = new AssertionVerifierOptions { BaseUrls = baseUrls, AllowForgeableVersionsOverHttp = allow },
        };
    }

    [Theory]
    [MemberData(nameof(ForgeableVersions))]
    public async Task Forgeable_versions_are_served_on_this_machine(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version))
        {
            Options = new AssertionVerifierOptions { BaseUrls = [BaseUrl.Parse("http://127.0.0.1:8080/app")] },
        };
        Request request = Request.Of(version, url: "http://127.0.0.1:8080/app/rest/issues?q=open") with { Scheme = "http", Host = "127.0.0.1:8080" };
        Assert.Equal("OK fred", await provider.Answer(request));
    }

    [Theory]
    [MemberData(nameof(SignedVersions))]
    public async Task Signed_versions_are_served_over_http(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version))
        {
            Options = new AssertionVerifierOptions { BaseUrls = [BaseUrl.Parse("http://tracker.example/app")] },
        };
        Request request = Request.Of(version, url: "http://tracker.example/app/rest/issues?q=open") with { Scheme = "http" };
        Assert.Equal("OK fred", await provider.Answer(request));
    }

    // The base URLs.
    [Fact]
    public async Task Any_of_the_base_urls_will_do()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3))
        {
            Options = new AssertionVerifierOptions { BaseUrls = [BaseUrl.Parse("https://other.example"), _base] },
        };
        Request other = Request.Of(ProtocolVersion.Atlassian3, url: "https://other.example/rest") with { Host = "other.example", PathBase = "", Target = "/rest" };
        Assert.Equal("OK fred", await provider.Answer(Request.Of(ProtocolVersion.Atlassian3)));
        Assert.Equal("OK fred", await provider.Answer(other));
        Assert.Equal("BAD_URL", await provider.Answer(other with { PathBase = "/app" }));
    }

    [Fact]
    public async Task The_check_can_be_turned_off_for_captured_requests()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2, ProtocolVersion.Atlassian3))
        {
            Options = new AssertionVerifierOptions { AcceptAnyBaseUrl = true },
        };
        const string url = "http://captured.example/rest";
        foreach (ProtocolVersion version in new[] { ProtocolVersion.Atlassian2, ProtocolVersion.Atlassian3 })
        {
            Request request = Request.Of(version, url: url) with { Scheme = "http", Host = "captured.example", PathBase = "", Target = "/rest" };
            Assert.Equal("OK fred", await provider.Answer(request));
            Assert.Equal("BAD_SIGNATURE", await provider.Answer(request with { Host = "other.example" }));
        }
    }

    [Fact]
    public async Task A_target_has_at_most_16384_characters()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        string longest = "/app/" + new string('a', 16_384 - 5);
        Request request = Request.Of(ProtocolVersion.Atlassian3, url: "https://tracker.example" + longest) with { Target = longest };
        Assert.Equal("OK fred", await provider.Answer(request));
        Request longer = Request.Of(ProtocolVersion.Atlassian3, url: $"https://tracker.example{longest}a") with { Target = longest + "a" };
        Assert.Contains("16,384", (await provider.Verify(longer)).Rejection?.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("app/rest")]
    [InlineData("?q=1")]
    [InlineData("https://tracker.example/app/rest")]
    [InlineData("tracker.example:443")]
    public async Task A_target_is_a_path(string target)
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3)) { Options = new AssertionVerifierOptions { AcceptAnyBaseUrl = true } };
        Request request = Request.Of(ProtocolVersion.Atlassian3, url: "https://tracker.example" + target) with { Target = target };
        Verdict verdict = await provider.Verify(request);
        Assert.Equal("BAD_URL;\tThe request target is not a path;\t[]", verdict.Rejection?.ToError().ToHeaderValue());
    }

    // Time.
    [Fact]
    public async Task Timeout_and_allowance_are_those_of_the_trust()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, new TrustConditions
        {
            Addresses = ["*"],
            Urls = ["*"],
            Timeout = TimeSpan.FromSeconds(5),
            FutureTolerance = TimeSpan.Zero,
        }));
        async Task<string> At(long offset) => await provider.Answer(Request.Of(ProtocolVersion.Atlassian3, stamp: Fixture.Stamp + offset));
        Assert.Equal("OK fred", await At(-5000));
        Assert.Equal("OLD_CERT", await At(-5001));
        Assert.Equal("OK fred", await At(60_000)); // skew alone
        Assert.Equal("FUTURE_CERT", await At(60_001));
    }

    [Fact]
    public async Task A_refusal_for_the_time_tells_it()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3));
        async Task<string> Told(long stamp) => (await provider.Verify(Request.Of(ProtocolVersion.Atlassian3, stamp: stamp))).Rejection!.Value.ToError().Format();
        Assert.Equal(
            "The certificate is too old. Application: wiki Created: 2026-11-21T11:00:00.000Z Timeout: 60000", await Told(Fixture.Stamp - 3_600_000));
        Assert.Equal(
            "The certificate is stamped too far ahead. Application: wiki Created: 2026-11-21T13:00:00.000Z", await Told(Fixture.Stamp + 3_600_000));
        Assert.Equal(
            "The certificate is stamped too far ahead. Application: wiki Created: 999999999999999", await Told(999_999_999_999_999)); // after the year 9999
        Assert.Equal(
            "The certificate is stamped too far ahead. Application: wiki Created: 9999-12-31T23:59:59.999Z", await Told(253_402_300_799_999));
        Assert.Equal(
            "The certificate is stamped too far ahead. Application: wiki Created: 253402300800000", await Told(253_402_300_800_000));
    }

    // Conditions.
    [Theory]
    [InlineData("10.0.0.7", null, "OK fred")]
    [InlineData("::ffff:10.0.0.7", null, "OK fred")]
    [InlineData("192.0.2.1", null, "BAD_REMOTE_IP")]
    [InlineData(null, null, "BAD_REMOTE_IP")]
    [InlineData("10.0.0.7", "10.0.0.8, 10.0.0.9", "OK fred")]
    [InlineData("10.0.0.7", "10.0.0.8, 192.0.2.1", "BAD_XFORWARD_IP")]
    [InlineData("10.0.0.7", "unknown", "BAD_XFORWARD_IP")]
    [InlineData("192.0.2.1", "10.0.0.8", "BAD_REMOTE_IP")]
    public async Task Addresses_are_those_of_the_trust(string? remote, string? forwardedFor, string answer)
    {
        var conditions = new TrustConditions { Addresses = ["10.0.0.0/8"], Urls = ["*"], CheckForwardedFor = true };
        Request request = Request.Of(ProtocolVersion.Atlassian3) with { RemoteAddress = remote is null ? null : IPAddress.Parse(remote) };
        if (forwardedFor is not null) request = request.With("X-Forwarded-For", forwardedFor);
        Assert.Equal(answer, await new Provider(Fixture.Trust(Fixture.Wiki, conditions)).Answer(request));
    }

    [Fact]
    public async Task Forwarded_addresses_are_not_looked_at_unless_the_trust_says_so()
    {
        var conditions = new TrustConditions { Addresses = ["10.0.0.0/8"], Urls = ["*"] };
        Request request = Request.Of(ProtocolVersion.Atlassian3).With("X-Forwarded-For", "192.0.2.1");
        Assert.Equal("OK fred", await new Provider(Fixture.Trust(Fixture.Wiki, conditions)).Answer(request));
    }

    [Theory]
    [InlineData("/app/rest/issues", null, "OK fred")]
    [InlineData("/app/rest/issues", "/rest/issues", "OK fred")]
    [InlineData("/app/rest/issues", "/admin", "BAD_URL")]
    [InlineData("/app/admin?/rest", null, "BAD_URL")]
    [InlineData("/rest", null, "BAD_URL")]
    public async Task Urls_are_those_of_the_trust_below_the_path_base(string target, string? routedPath, string answer)
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["/rest"] };
        Request request = Request.Of(ProtocolVersion.Atlassian3, url: "https://tracker.example" + target) with { Target = target, RoutedPath = routedPath };
        Assert.Equal(answer, await new Provider(Fixture.Trust(Fixture.Wiki, conditions)).Answer(request));
    }

    [Fact]
    public async Task A_refusal_for_the_url_leaves_the_query_out()
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["/rest"] };
        Request request = Request.Of(ProtocolVersion.Atlassian3, url: "https://tracker.example/app/admin?token=secret") with { Target = "/app/admin?token=secret" };
        Verdict verdict = await new Provider(Fixture.Trust(Fixture.Wiki, conditions)).Verify(request);
        Assert.Equal("Requests are not allowed to /app/admin", verdict.Rejection?.ToError().Format());
        Assert.DoesNotContain("secret", verdict.Rejection?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_are_those_of_the_trust_under_the_name_sent_and_under_the_real_one()
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], AllowUsers = ["f*", "ann"], DenyUsers = ["root"] };
        var users = new Resolver(name => UserResolution.Known(name switch { "fred" => "fred", "franz" => "root", "frida" => "eve", _ => "ann" }));
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, conditions)) { Users = users };
        async Task<string> As(string user) => await provider.Answer(Request.Of(ProtocolVersion.Atlassian3, user));
        Assert.Equal("OK fred", await As("fred"));
        Assert.Equal("OK ann", await As("friedrich"));
        Assert.Equal("PERMISSION_DENIED", await As("franz")); // really root
        Assert.Equal("PERMISSION_DENIED", await As("frida")); // really somebody who is not on the list
        Assert.Equal("PERMISSION_DENIED", await As("root"));
        Assert.Equal("PERMISSION_DENIED", await As("eve"));
    }

    // The user.
    [Fact]
    public async Task The_resolver_gets_name_origin_and_cancellation_token()
    {
        var users = new Resolver(name => UserResolution.Known(name));
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3)) { Users = users };
        await provider.Verify(Request.Of(ProtocolVersion.Atlassian3, " Zoë \U0001F600"));
        (string name, string origin, CancellationToken token) = users.Asked;
        Assert.Equal((" Zoë \U0001F600", "wiki", true), (name, origin, token.CanBeCanceled));
    }

    [Fact]
    public async Task A_resolver_that_comes_with_the_request_takes_the_place_of_the_verifiers_own()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3)) { Users = new Resolver(_ => UserResolution.Unknown) };
        IncomingRequest request = Request.Of(ProtocolVersion.Atlassian3).ToIncoming();
        Verdict verdict = await provider.Verifier.VerifyAsync(
            request, new Resolver(_ => UserResolution.Known("of the scope")), TestContext.Current.CancellationToken);
        Assert.Equal("of the scope", verdict.Assertion?.User);
        Assert.Equal("USER_UNKNOWN", await provider.Answer(Request.Of(ProtocolVersion.Atlassian3)));
    }

    [Fact]
    public async Task What_the_resolver_says_is_what_was_verified()
    {
        var identity = new ClaimsIdentity("test");
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3))
        {
            Users = new Resolver(name => UserResolution.Known(name.ToUpperInvariant(), identity)),
        };
        Verdict verdict = await provider.Verify(Request.Of(ProtocolVersion.Atlassian3, stamp: Fixture.Stamp - 1234));
        Assert.True(verdict.Accepted);
        Assert.Equal("FRED", verdict.Assertion.User);
        Assert.Same(identity, verdict.Assertion.Identity);
        Assert.Equal(Fixture.Now.AddMilliseconds(-1234), verdict.Assertion.IssuedAt);
        Assert.Same(provider.Trusts.Find("wiki"), verdict.Assertion.Application);
    }

    [Theory]
    [InlineData("3", "bob", "PERMISSION_DENIED")]
    [InlineData("warwick", "bob", "USER_DISABLED")]
    [InlineData("3", "eve", "USER_UNKNOWN")]
    [InlineData("warwick", "eve", "USER_UNKNOWN")]
    public async Task Users_who_are_unknown_or_may_not_log_in_are_refused(string name, string user, string answer)
    {
        var version = ProtocolVersion.Parse(name);
        Assert.Equal(answer, await new Provider(Fixture.Trust(Fixture.Wiki, version)).Answer(Request.Of(version, user)));
    }

    [Fact]
    public async Task A_resolver_that_says_nothing_means_that_the_user_is_unknown()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3)) { Users = new Resolver(_ => default) };
        Assert.Equal("USER_UNKNOWN", await provider.Answer(Request.Of(ProtocolVersion.Atlassian3)));
    }

    private sealed class Resolver(Func<string, UserResolution> resolve) : IUserResolver
    {
        public (string Name, string Origin, CancellationToken Token) Asked { get; private set; }

        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken)
        {
            Asked = (name, origin, cancellationToken);
            return new(resolve(name));
        }
    }
}
