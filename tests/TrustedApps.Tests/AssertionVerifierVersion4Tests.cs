using System.Net;
using System.Text;
using Microsoft.Extensions.Primitives;
using TrustedApps.Certificates;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.Tests;

// The order of checks: AssertionVerifierVersion4OrderTests. Grants: Protocols/Version4/KeyGrantVerifierTests.
public class AssertionVerifierVersion4Tests
{
    private static readonly ProtocolVersion _version4 = ProtocolVersion.Version4;

    // The shape of the request.
    [Theory]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("x-http-method")]
    [InlineData("X-Method-Override")]
    [InlineData("X-Original-URL")]
    [InlineData("X-Rewrite-URL")]
    public async Task A_header_that_would_change_the_request_is_refused_even_when_it_changes_nothing(string header)
    {
        Assert.Equal("SYSTEM", await Wiki().Answer(Craft4.Request().With(header, "GET")));
        Assert.Equal("SYSTEM", await Wiki().Answer(Craft4.Request().With(header, "")));
    }

    [Theory]
    [InlineData("websocket", "SYSTEM")]
    [InlineData("", "SYSTEM")]
    [InlineData("h2c, websocket", "SYSTEM")]
    [InlineData("h2c", "OK fred")]
    [InlineData("H2C", "OK fred")]
    public async Task An_upgrade_is_refused_unless_it_is_to_HTTP2(string upgrade, string answer) =>
        Assert.Equal(answer, await Wiki().Answer(Craft4.Request().With("Upgrade", upgrade)));

    [Fact]
    public async Task Two_upgrades_are_refused() =>
        Assert.Equal("SYSTEM", await Wiki().Answer(Craft4.Request().With("Upgrade", new StringValues(["h2c", "h2c"]))));

    [Theory]
    [InlineData("3", "4")]
    [InlineData("4", "3")]
    public async Task Who_names_version_4_among_others_is_not_served_as_anonymous(string first, string second)
    {
        Verdict verdict = await Wiki().Verify(Craft4.Request().With(Seraph.Version, new StringValues([first, second])));
        Assert.Equal(("SYSTEM", true), (verdict.Rejection.ToString(), verdict.IsFinal));
    }

    [Fact]
    public async Task CONNECT_is_refused() =>
        Assert.Equal("SYSTEM", await Wiki().Answer(Craft4.Request(Craft4.Seal(Craft4.Says(htm: "CONNECT"))) with { Method = "CONNECT" }));

    [Theory]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("tracker.example:443")]
    [InlineData("https://tracker.example/app")]
    public async Task A_target_that_is_no_path_is_refused(string target) =>
        Assert.Equal("SYSTEM", await Wiki().Answer(Craft4.Request(Craft4.Seal(Craft4.Says(uri: target))) with { Target = target }));

    [Fact]
    public async Task A_target_that_was_a_whole_url_is_its_path_and_query() =>
        Assert.Equal("OK fred", await Wiki().Answer(Craft4.Request() with { IsAbsoluteForm = true }));

    [Theory]
    [InlineData(Seraph.Magic)]
    [InlineData(Seraph.Signature)]
    public async Task A_header_of_older_versions_beside_is_refused_even_when_it_is_empty(string header)
    {
        Assert.Equal("SYSTEM", await Wiki().Answer(Craft4.Request().With(header, "AAAA")));
        Assert.Equal("SYSTEM", await Wiki().Answer(Craft4.Request().With(header, "")));
    }

    [Theory]
    [InlineData(Seraph.Key, 8000, "BAD_GRANT")]
    [InlineData(Seraph.Key, 8001, "SYSTEM")]
    [InlineData(Seraph.Cert, 8000, "BAD_MAGIC")]
    [InlineData(Seraph.Cert, 8001, "SYSTEM")]
    public async Task Headers_have_bounds(string header, int length, string code) =>
        Assert.Equal(code, await Wiki().Answer(Craft4.Request().With(header, new string('A', length))));

    [Fact]
    public async Task An_assertion_of_8000_characters_is_accepted()
    {
        int room = (8000 - Craft4.Seal(Craft4.Says()).Length) * 3 / 4;
        string target = Fixture.Target + new string('a', room);
        string cert = Craft4.Seal(Craft4.Says(uri: target));
        Assert.InRange(cert.Length, 7999, 8000);
        Assert.Equal("OK fred", await Wiki().Answer(Craft4.Request(cert) with { Target = target }));
    }

    // Host and scheme are not asserted: the grant names the provider.
    [Fact]
    public async Task The_host_header_is_never_consulted() =>
        Assert.Equal("OK fred", await Wiki().Answer(Craft4.Request() with { Host = "internal:8080", Scheme = "http" }));

    [Fact]
    public async Task A_provider_without_keys_does_not_know_version_4()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, _version4)) { Options = new AssertionVerifierOptions { BaseUrls = [Fixture.Base] } };
        Assert.Equal("BAD_PROTOCOL_VERSION", await provider.Answer(Craft4.Request()));
    }

    // Statuses and what is told.
    [Theory]
    [InlineData("PERMISSION_DENIED", 403)]
    [InlineData("CONTENT_TOO_LARGE", 413)]
    [InlineData("UNAVAILABLE", 503)]
    [InlineData("BAD_GRANT", 401)]
    [InlineData("BAD_METHOD", 401)]
    [InlineData("USER_UNKNOWN", 401)]
    [InlineData("BAD_DIGEST", 401)]
    public async Task Each_code_has_its_status_and_is_final(string code, int status)
    {
        Verdict verdict = await Refused(code);
        Assert.Equal((code, status, true), (verdict.Code?.ToWireName(), verdict.HttpStatus, verdict.IsFinal));
        Assert.StartsWith(code + ";", verdict.GetResponseHeaders().Single(header => header.Key == "X-Seraph-Trusted-App-Error").Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Older_versions_are_not_final_and_keep_their_status()
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], DenyUsers = ["fred"] };
        Verdict verdict = await new Provider(Fixture.Trust(Fixture.Wiki, conditions)).Verify(Request.Of(ProtocolVersion.Atlassian3));
        Assert.Equal((ErrorCode.PermissionDenied, 401, false), (verdict.Code, verdict.HttpStatus, verdict.IsFinal));
        Assert.Equal(200, (await Wiki().Verify(Craft4.Request())).HttpStatus);
    }

    [Property(MaxTest = 300)]
    public Property Nothing_of_the_claims_is_told_to_the_consumer()
    {
        string[] codes = ["PERMISSION_DENIED", "USER_UNKNOWN", "BAD_SIGNATURE", "OLD_CERT", "FUTURE_CERT", "BAD_DIGEST", "SYSTEM", "REPLAYED", "LOGIN"];
        return ForAll.In(
            from user in Generators.TextOf(Gen.Choose('a', 'z').Select(code => (char)code), 12) from code in Gen.Elements(codes) select ($"qz{user}", code),
            given =>
            {
                (string user, string code) = given;
                string digest = ContentBinding.Of(Encoding.UTF8.GetBytes(user), null).Claim.ToString()!;
                (string method, string uri) = (code == "BAD_SIGNATURE" ? user.ToUpperInvariant() : "GET", code == "BAD_SIGNATURE" ? "/" + user : Fixture.Target);
                long time = Craft4.Now + (code == "OLD_CERT" ? -1234 : code == "FUTURE_CERT" ? 1234 : 0);
                string claims = Craft4.Says(
                    $"\"sub\":\"{user}\",", time.ToString(CultureInfo.InvariantCulture), method, uri, $",\"dig\":\"{digest}\"{(code == "SYSTEM" ? ",\"cty\":1" : "")}");
                var users = UserResolvers.List([], denied: code == "LOGIN" ? [user] : []);
                var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], DenyUsers = code == "PERMISSION_DENIED" ? [user] : [] };
                var provider = new Provider(new TrustedApplication(Fixture.RecordOf(Fixture.Wiki), conditions)) { Users = users };
                Request request = Craft4.Request(Craft4.Seal(claims)) with { Content = new MemoryStream(Encoding.UTF8.GetBytes(code == "BAD_DIGEST" ? "?" : user)) };
                if (code == "REPLAYED") provider.Verify(request).GetAwaiter().GetResult();
                Verdict verdict = provider.Verify(request).GetAwaiter().GetResult();
                string told = string.Join('\n', verdict.GetResponseHeaders().Select(header => header.Value));
                return !verdict.Accepted && verdict.Rejection.Value.ToString() == (code == "LOGIN" ? "PERMISSION_DENIED" : code)
                    && !told.Contains(user, StringComparison.OrdinalIgnoreCase) && !told.Contains(digest, StringComparison.Ordinal)
                    && !told.Contains("1234", StringComparison.Ordinal) && !told.Contains("2026", StringComparison.Ordinal);
            });
    }

    [Fact]
    public async Task One_code_can_conceal_who_is_trusted_here()
    {
        AssertionVerifierOptions options = new() { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker, ConcealTrusts = true };
        var conditions = new TrustConditions { Addresses = ["10.0.0.0/8"], Urls = ["*"] };
        var provider = new Provider(new TrustedApplication(Fixture.RecordOf(Fixture.Wiki), conditions), Fixture.Trust(Fixture.Blog, ProtocolVersion.Atlassian3)) { Options = options };
        Request good = Craft4.Request();
        Verdict[] verdicts =
        [
            await provider.Verify(good.With(Seraph.Id, "stranger")),
            await provider.Verify(good.With(Seraph.Id, "blog")),
            await provider.Verify(good with { RemoteAddress = IPAddress.Parse("192.0.2.1") }),
            await provider.Verify(good.With(Seraph.Key, "forged")),
            await provider.Verify(Request.Of(ProtocolVersion.Atlassian3, keys: Fixture.Blog).With(Seraph.Cert, "AAAA")),
            await provider.Verify(Request.Of(ProtocolVersion.Atlassian3, keys: Fixture.Blog, stamp: 1)),
        ];
        Assert.Equal(["APP_UNKNOWN", "BAD_PROTOCOL_VERSION", "BAD_REMOTE_IP", "BAD_GRANT", "BAD_MAGIC", "OLD_CERT"], verdicts.Select(verdict => verdict.Rejection.ToString())); // for the log
        Assert.All(verdicts, verdict => Assert.Equal((ErrorCode.BadGrant, 401), (verdict.Code, verdict.HttpStatus)));
        Assert.Single(verdicts.Select(verdict => string.Join('\n', verdict.GetResponseHeaders().Select(header => $"{header.Key}: {header.Value}"))).Distinct());
        Assert.Equal("OK fred", await provider.Answer(good));
    }

    // From "app known" to "grant", whatever the reason is.
    [Theory]
    [InlineData(true, "BAD_GRANT;\tThe grant is not accepted;\t[]")]
    [InlineData(false, "GRANT_NEEDED;\tThe key grant is needed;\t[]")]
    public async Task Concealed_refusals_up_to_the_grant_are_the_same_octets(bool hasKey, string error)
    {
        AssertionVerifierOptions options = new() { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker, ConcealTrusts = true };
        var conditions = new TrustConditions { Addresses = ["10.0.0.0/8"], Urls = ["*"], CheckForwardedFor = true };
        var suspended = new TrustedApplication(Fixture.RecordOf(ThrowAwayKeys.Of("third", 3)), conditions) { IsSuspended = true };
        var provider = new Provider(new TrustedApplication(Fixture.RecordOf(Fixture.Wiki), conditions), Fixture.Trust(Fixture.Blog, ProtocolVersion.Atlassian3), suspended) { Options = options };
        Request good = hasKey ? Craft4.Request(key: "forged") : Craft4.Request().Without(Seraph.Key);
        Verdict[] verdicts =
        [
            await provider.Verify(good),
            await provider.Verify(good.With(Seraph.Id, "stranger")),
            await provider.Verify(good.With(Seraph.Id, "third")),
            await provider.Verify(good.With(Seraph.Id, "blog")),
            await provider.Verify(good.With(Seraph.Id, "tracker")),
            await provider.Verify(good.With(Seraph.Version, "5")),
            await provider.Verify(good.Without(Seraph.Version)),
            await provider.Verify(good with { RemoteAddress = IPAddress.Parse("192.0.2.1") }),
            await provider.Verify(good.With("X-Forwarded-For", "192.0.2.1")),
            await provider.Verify(good.With("X-Forwarded-For", "nonsense")),
            .. hasKey ? await Refusals() : [],
        ];
        Assert.All(verdicts, verdict => Assert.Equal((401, null, null, null), (verdict.HttpStatus, verdict.RetryAfter, verdict.PublicReasonId, verdict.Prover)));
        Assert.All(verdicts, verdict => Assert.Equal(
            [new("X-Seraph-Trusted-App-Status", "ERROR"), new("X-Seraph-Trusted-App-Error", error)], verdict.GetResponseHeaders()));
        Assert.Equal("OK fred", await provider.Answer(Craft4.Request()));

        async Task<Verdict[]> Refusals() =>
        [
            .. await Task.WhenAll(
                new[]
                {
                    Craft4.Claims(aud: "1"), Craft4.Claims(@base: "1"), Craft4.Claims(iat: 1), Craft4.Claims(iat: Craft4.Now + 99), Craft4.Claims(jwe: "a.b"), Craft4.Claims(more: ",\"x\":1"),
                }.Select(claims => provider.Verify(good.With(Seraph.Key, Craft4.Sign(claims))))),
        ];
    }

    // The grant is good, and the answer would tell so: a place, a key elsewhere.
    [Fact]
    public void A_key_grant_that_cannot_be_looked_at_is_concealed_too()
    {
        RejectionReason[] reasons = [RejectionReason.TooManyFailedGrants, RejectionReason.OwnKeyUnavailable, RejectionReason.NoRoomForGrant, RejectionReason.TrustPending];
        AssertionHeaders headers = Fixture.Issue(_version4);
        Assert.All(reasons, reason =>
        {
            Verdict verdict = Verdict.Reject(headers, _version4, new Rejection(reason, "wiki", "x"), retryAfter: TimeSpan.FromSeconds(1));
            Assert.Equal((503, ErrorCode.BadGrant, 401, null), (verdict.HttpStatus, verdict.Redact(hasKey: true).Code, verdict.Redact(hasKey: true).HttpStatus, verdict.Redact(hasKey: true).RetryAfter));
            Assert.Equal((ErrorCode.GrantNeeded, reason.Id), (verdict.Redact(hasKey: false).Code, verdict.Redact(hasKey: false).Rejection?.ReasonId));
        });
    }

    // Trusts.
    [Fact]
    public async Task An_older_version_is_accepted_until_its_end_date()
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"] };
        var legacy = new LegacyAccess(Fixture.Wiki.PublicKey, conditions, Fixture.Now.AddSeconds(1));
        var provider = new Provider(new TrustedApplication(Fixture.RecordOf(Fixture.Wiki), conditions, legacy));
        Request request = Request.Of(ProtocolVersion.Atlassian3);
        provider.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("OK fred", await provider.Answer(request));
        Assert.EndsWith("accepted: 3, 4", (await provider.Verify(request.With(Seraph.Version, "2"))).Rejection!.Value.ToError().Format(), StringComparison.Ordinal);
        provider.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.EndsWith("accepted: 4", (await provider.Verify(request)).Rejection!.Value.ToError().Format(), StringComparison.Ordinal);
        Assert.Equal("BAD_PROTOCOL_VERSION", await provider.Answer(request));
        Assert.Equal("OK fred", await provider.Answer(Craft4.Request()));
    }

    [Fact]
    public void A_key_that_serves_version_4_and_an_older_one_is_refused()
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"] };
        CertificateRecord record = Fixture.RecordOf(Fixture.Wiki);
        foreach (RsaPublicKey shared in record.SigningKeys.Concat(record.EncryptionKeys))
        {
            Assert.Throws<ArgumentException>("legacy", () => new TrustedApplication(record, conditions, new LegacyAccess(shared, conditions, Fixture.Now)));
        }
    }

    [Fact]
    public void Conditions_are_for_version_4_or_for_older_ones()
    {
        TrustConditions Named(params ProtocolVersion[] versions) => new() { Addresses = ["*"], Urls = ["*"], Versions = versions };
        CertificateRecord record = Fixture.RecordOf(Fixture.Wiki);
        Assert.NotNull(new TrustedApplication(record, Named(_version4)));
        Assert.Throws<ArgumentException>(() => new TrustedApplication(record, Named(_version4, ProtocolVersion.Atlassian3)));
        Assert.Throws<ArgumentException>(() => new LegacyAccess(Fixture.Wiki.PublicKey, Named(_version4), Fixture.Now));
        Assert.Throws<ArgumentException>(() => new LegacyAccess(Fixture.Wiki.PublicKey, new TrustConditions { Addresses = ["*"], Urls = ["*"], AllowSelf = true }, Fixture.Now));
        Assert.Throws<ArgumentException>(() => new LegacyAccess(Fixture.Wiki.PublicKey, new TrustConditions { Addresses = ["*"], Urls = ["*"], AllowUnboundContent = true }, Fixture.Now));
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(900_000, true)]
    [InlineData(999, false)]
    [InlineData(900_001, false)]
    public void A_timeout_of_version_4_is_1_second_to_15_minutes(int milliseconds, bool allowed)
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], Timeout = TimeSpan.FromMilliseconds(milliseconds) };
        Assert.Equal(allowed, Record.Exception(() => new TrustedApplication(Fixture.RecordOf(Fixture.Wiki), conditions)) is null);
    }

    [Fact]
    public async Task An_application_acts_as_itself_only_where_its_trust_says_so()
    {
        Assert.Equal("PERMISSION_DENIED", await Wiki().Answer(Craft4.Request(Craft4.Seal(Craft4.Says(sub: "")))));
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], AllowSelf = true, AllowUsers = ["ann"] };
        Verdict verdict = await new Provider(new TrustedApplication(Fixture.RecordOf(Fixture.Wiki), conditions)).Verify(Craft4.Request(Craft4.Seal(Craft4.Says(sub: ""))));
        Assert.True(verdict.Accepted);
        Assert.Null(verdict.Assertion.User);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("PROPFIND")]
    public async Task Every_method_is_allowed_when_nothing_is_said(string method) => Assert.Equal("OK fred", await Wiki().Answer(Request.Of(_version4, method: method)));

    [Fact]
    public async Task Reading_twice_with_one_assertion_is_refused_too()
    {
        Provider provider = Wiki();
        Request request = Request.Of(_version4);
        Assert.Equal("OK fred", await provider.Answer(request));
        Assert.Equal("REPLAYED", await provider.Answer(request));
        Assert.Equal("BAD_SIGNATURE", await provider.Answer(request with { Method = "HEAD" }));
        Assert.Equal(1, provider.Memory.Count);
    }

    // After a restart.
    [Fact]
    public async Task Nothing_accepted_before_a_restart_is_accepted_after_it()
    {
        TrustedApplication trust = Fixture.Trust(Fixture.Wiki, _version4);
        var before = new Provider(trust);
        Request old = Request.Of(_version4), ahead = Request.Of(_version4, stamp: Fixture.Stamp + 30_000), late = Request.Of(_version4, stamp: Fixture.Stamp + 31_000);
        Assert.Equal("OK fred", await before.Answer(old));
        Assert.Equal("OK fred", await before.Answer(ahead));

        var after = new Provider(trust) { Memory = new InMemoryReplayCache(time: new FakeTimeProvider(Fixture.Now)) };
        Verdict verdict = await after.Verify(old);
        Assert.Equal((ErrorCode.Unavailable, 503, TimeSpan.FromSeconds(31)), (verdict.Code, verdict.HttpStatus, verdict.RetryAfter));
        Assert.Contains(new("Retry-After", "31"), verdict.GetResponseHeaders());
        for (int second = 0; second < 130; second++)
        {
            foreach (Request accepted in new[] { old, ahead }) Assert.False((await after.Verify(accepted)).Accepted);
            if (second == 31)
            {
                Assert.Equal("OK fred", await after.Answer(late));
                Assert.Equal("OK fred", await after.Answer(Request.Of(_version4, stamp: Fixture.Stamp + 31_000)));
            }

            after.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static Provider Wiki() => new(Fixture.Trust(Fixture.Wiki, _version4));

    private static async Task<Verdict> Refused(string code)
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], DenyUsers = ["root"], Methods = ["GET"] };
        var provider = new Provider(new TrustedApplication(Fixture.RecordOf(Fixture.Wiki), conditions))
        {
            Memory = new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = code != "UNAVAILABLE" }, new FakeTimeProvider(Fixture.Now)),
            Options = new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker, MaxBufferedContent = 1 },
        };
        string digest = $",\"dig\":\"{ContentBinding.Of([1, 2], null).Claim}\"";
        return await provider.Verify(code switch
        {
            "PERMISSION_DENIED" => Request.Of(_version4, "root"),
            "CONTENT_TOO_LARGE" => Craft4.Request(Craft4.Seal(Craft4.Says(more: digest))) with { Content = new MemoryStream([1, 2]) },
            "BAD_DIGEST" => Craft4.Request() with { Content = new MemoryStream([1]) },
            "BAD_GRANT" => Craft4.Request(key: "x"),
            "BAD_METHOD" => Request.Of(_version4, method: "POST"),
            "USER_UNKNOWN" => Request.Of(_version4, "nobody"),
            _ => Request.Of(_version4),
        });
    }
}
