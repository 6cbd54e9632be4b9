using Microsoft.Extensions.Primitives;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Protocols;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests;

/// <summary>Key grants that are sent once and then named (specification version-4.md, section 3). The order of checks: AssertionVerifierVersion4OrderTests.</summary>
public sealed class AssertionVerifierNamedGrantTests : IDisposable
{
    private static readonly ProtocolVersion _version4 = ProtocolVersion.Version4;

    private readonly PrivateKeyOperations _operations = new();
    private readonly Provider _provider = new(Fixture.Trust(Fixture.Wiki, _version4), Fixture.Trust(Fixture.Blog, _version4));

    public void Dispose() => _operations.Dispose();

    public static TheoryData<string?> Blank { get; } = [(string?)null, "", " ", "\t \t"];

    [Theory]
    [MemberData(nameof(Blank))]
    public async Task A_grant_is_sent_once_and_then_named(string? key)
    {
        Assert.Equal("GRANT_NEEDED", await _provider.Answer(Named(key)));
        Assert.Equal((0, 0), (_operations.Decryptions, _provider.Memory.Count)); // nothing is judged or remembered
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        for (int time = 0; time < 3; time++) Assert.Equal("OK fred", await _provider.Answer(Named(key)));
        Assert.Equal((1, 4), (_operations.Decryptions, _provider.Memory.Count));
    }

    [Fact]
    public async Task A_named_assertion_is_accepted_once_however_it_comes_again()
    {
        Request sent = Craft4.Request();
        Assert.Equal("OK fred", await _provider.Answer(sent));
        Assert.Equal("REPLAYED", await _provider.Answer(sent.Without(Seraph.Key)));
        Request named = Named();
        Assert.Equal("OK fred", await _provider.Answer(named));
        Assert.Equal("REPLAYED", await _provider.Answer(named.With(Seraph.Key, Craft4.Grant)));
    }

    [Fact]
    public async Task The_same_assertion_is_accepted_with_its_grant_after_it_was_needed()
    {
        Request named = Named();
        Assert.Equal("GRANT_NEEDED", await _provider.Answer(named)); // it was not remembered
        Assert.Equal("OK fred", await _provider.Answer(named.With(Seraph.Key, Craft4.Grant)));
    }

    [Fact]
    public async Task The_answer_says_so_with_401_and_nothing_else()
    {
        Verdict verdict = await _provider.Verify(Named());
        Assert.Equal((401, true, null, null, null), (verdict.HttpStatus, verdict.IsFinal, verdict.RetryAfter, verdict.PublicReasonId, verdict.Prover));
        Assert.Equal(
            [new("X-Seraph-Trusted-App-Status", "ERROR"), new("X-Seraph-Trusted-App-Error", "GRANT_NEEDED;\tThe key grant is needed;\t[]")],
            verdict.GetResponseHeaders());
    }

    // Whatever becomes of the request that brought it.
    [Fact]
    public async Task A_grant_is_kept_from_its_verification_on()
    {
        Assert.Equal("BAD_MAGIC", await _provider.Answer(Craft4.Request(Craft4.Seal(Craft4.Says(), key: new byte[32]))));
        Assert.Equal("OK fred", await _provider.Answer(Named()));
        Assert.Equal(1, _operations.Decryptions);
    }

    [Theory]
    [InlineData(630, "OK fred")]
    [InlineData(631, "GRANT_NEEDED")]
    [InlineData(-30, "OK fred")]
    [InlineData(-31, "GRANT_NEEDED")]
    public async Task The_time_of_a_named_grant_is_checked_on_every_use(int seconds, string answer)
    {
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        _provider.Clock.Step(TimeSpan.FromSeconds(seconds));
        long now = Craft4.Now + seconds;
        Assert.Equal(answer, await _provider.Answer(Named(says: Craft4.Says(iat: now.ToString(CultureInfo.InvariantCulture)))));
    }

    [Fact]
    public async Task After_a_restart_the_grant_is_needed_once()
    {
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        var restarted = new Provider(_provider.Trusts.Trusts);
        Assert.Equal("GRANT_NEEDED", await restarted.Answer(Named()));
        Assert.Equal("OK fred", await restarted.Answer(Craft4.Request()));
        Assert.Equal("OK fred", await restarted.Answer(Named()));
    }

    [Fact]
    public async Task A_change_of_the_trust_drops_its_grants_and_no_others()
    {
        string ofBlog = GrantOf(Fixture.Blog);
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request(key: ofBlog, id: "blog")));
        _provider.Trusts.Replace(Fixture.Trust(Fixture.Wiki, _version4));
        Assert.Equal("GRANT_NEEDED", await _provider.Answer(Named()));
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request(Craft4.Seal(Craft4.Says(), grant: ofBlog), "", "blog")));
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        Assert.Equal("OK fred", await _provider.Answer(Named()));
    }

    [Fact]
    public async Task A_grant_whose_signing_key_was_removed_is_not_good_any_more()
    {
        TrustedApplication trust = _provider.Trusts.Find("wiki")!;
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        _provider.Trusts.Replace(trust.With(trust.Record!.RemoveKey(Fixture.Wiki.SigningKey.KeyId)));
        Assert.Equal("GRANT_NEEDED", await _provider.Answer(Named()));
        Assert.Equal("BAD_GRANT", await _provider.Answer(Craft4.Request()));
    }

    [Fact]
    public async Task A_certificate_with_the_same_signing_keys_changes_nothing()
    {
        TrustedApplication trust = _provider.Trusts.Find("wiki")!;
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        _provider.Trusts.Replace(trust.With(CertificateRecord.Establish(Fixture.Wiki.ToCertificate(), baseUrl: null, Fixture.Now)));
        Assert.Equal("OK fred", await _provider.Answer(Named()));
    }

    [Fact]
    public async Task No_application_names_the_grant_of_another()
    {
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        Assert.Equal("GRANT_NEEDED", await _provider.Answer(Named().With(Seraph.Id, "blog")));

        string ofBlog = GrantOf(Fixture.Blog); // of the same jti
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request(key: ofBlog, id: "blog")));
        Assert.Equal("BAD_MAGIC", await _provider.Answer(Named().With(Seraph.Id, "blog")));
        Assert.Equal("OK fred", await _provider.Answer(Named()));
    }

    public static TheoryData<string> BadHeaders { get; } =
    [
        "", "{}", "x", Craft4.AssertionHeader + " ", Craft4.AssertionHeader.Replace("dir", "A256KW", StringComparison.Ordinal),
        Craft4.AssertionHeader.Replace("A256GCM", "A128GCM", StringComparison.Ordinal), Craft4.AssertionHeader.Replace("cert+jwt", "cert+jws", StringComparison.Ordinal),
        Craft4.AssertionHeader.Replace("}", ",\"zip\":\"DEF\"}", StringComparison.Ordinal), Craft4.AssertionHeader.Replace("\"alg\":\"dir\",", "", StringComparison.Ordinal),
        Craft4.AssertionHeader.Replace(Craft4.GrantId, Craft4.GrantId[..^1], StringComparison.Ordinal), Craft4.AssertionHeader.Replace(Craft4.GrantId, "", StringComparison.Ordinal),
        Craft4.AssertionHeader.Replace(Craft4.GrantId, Craft4.GrantId.ToUpperInvariant(), StringComparison.Ordinal),
        Craft4.AssertionHeader.Replace("A256GCM", "A256GCM\",\"kid\":\"" + Craft4.GrantId, StringComparison.Ordinal),
    ];

    // Before the protected header was told from a bad tag, so that both are read in one place.
    [Theory]
    [MemberData(nameof(BadHeaders))]
    public async Task A_protected_header_that_is_none_names_no_grant(string header)
    {
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        string cert = Craft4.Seal(Craft4.Says(), header);
        Assert.Equal("GRANT_NEEDED", await _provider.Answer(Craft4.Request(cert).Without(Seraph.Key)));
        Assert.Equal("BAD_MAGIC", await _provider.Answer(Craft4.Request(cert)));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("..")]
    [InlineData("....")]
    [InlineData("\0\ud800")]
    public async Task Text_without_a_protected_header_names_no_grant(string cert)
    {
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        Assert.Equal("GRANT_NEEDED", await _provider.Answer(Named().With(Seraph.Cert, cert)));
        Assert.Equal("GRANT_NEEDED", await _provider.Answer(Named().With(Seraph.Cert, new string('A', 8000))));
    }

    // The text before the first dot is good, and what follows is not.
    [Fact]
    public async Task A_named_assertion_that_does_not_open_is_told_from_a_grant_that_is_needed()
    {
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        Assert.Equal("BAD_MAGIC", await _provider.Answer(Named().With(Seraph.Cert, cert => cert[..^1])));
        Assert.Equal("BAD_MAGIC", await _provider.Answer(Named().With(Seraph.Cert, cert => cert.Split('.')[0])));
        Assert.Equal("BAD_MAGIC", await _provider.Answer(Named().With(Seraph.Cert, cert => cert.Split('.')[0] + ".")));
    }

    [Theory]
    [InlineData("""{"typ":"trusted-app-cert+jwt","kid":"ID","enc":"A256GCM","alg":"dir"}""")]
    [InlineData("""{"alg":"dir","enc":"A256GCM","kid":"ID","typ":"trusted-app-cert\u002bjwt"}""")]
    [InlineData("""{"alg":"dir","kid":"ID","enc":"A256GCM","typ":"trusted-app-cert+jwt"}""")] // as long as the usual one
    public async Task A_header_in_another_spelling_names_its_grant_too(string header)
    {
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        string cert = Craft4.Seal(Craft4.Says(), header.Replace("ID", Craft4.GrantId, StringComparison.Ordinal));
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request(cert).Without(Seraph.Key)));
        Assert.Equal(1, _operations.Decryptions);
    }

    [Fact]
    public async Task A_grant_that_one_key_opened_is_needed_again_when_that_key_is_gone()
    {
        var store = new ChangingKeys { Keys = Fixture.Tracker };
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, _version4)) { Options = new AssertionVerifierOptions { BaseUrls = [Fixture.Base], KeyStore = store } };
        Assert.Equal("OK fred", await provider.Answer(Craft4.Request()));
        store.Keys = Fixture.Tracker.WithNext(Fixture.Now).Rotate(Fixture.Now);
        Assert.Equal("OK fred", await provider.Answer(Named()));
        store.Keys = ThrowAwayKeys.Of("tracker", 3);
        Assert.Equal("GRANT_NEEDED", await provider.Answer(Named()));
    }

    [Fact]
    public async Task One_of_100_requests_at_once_has_its_grant_proven()
    {
        int[] accepted = new int[100];
        Request[] requests = [.. Enumerable.Range(0, 100).Select(_ => Named())];
        Threads.Run(100, number =>
        {
            string answer = _provider.Answer(requests[number]).GetAwaiter().GetResult();
            if (answer == "GRANT_NEEDED") answer = _provider.Answer(requests[number].With(Seraph.Key, Craft4.Grant)).GetAwaiter().GetResult();
            if (answer == "OK fred") accepted[number] = 1;
        });
        Assert.Equal((100, 1), (accepted.Sum(), _operations.Decryptions));
        Assert.Equal("OK fred", await _provider.Answer(Named()));
    }

    // A change of the trust while the request is on its way.
    [Theory]
    [InlineData(false, "GRANT_NEEDED")]
    [InlineData(true, "BAD_GRANT")]
    public void A_grant_that_was_dropped_meanwhile_is_needed_or_bad(bool isSent, string code)
    {
        foreach (bool hasRequestKey in new[] { false, true })
        {
            KeyGrant grant = Craft4.NewGrant(token: Craft4.Grant);
            if (!hasRequestKey) grant.RequestKey.Drop();
            grant.ResponseKey.Drop(); // which an assertion that opens still needs for its proof
            var headers = new AssertionHeaders(HeaderFamily.Atlassian, "wiki", "4", isSent ? Craft4.Grant : " ", null, Craft4.Seal(Craft4.Says(more: ",\"rsp\":true")), null);
            Rejection? rejection = ((ITrustedAppProtocol)new Version4Protocol(null!)).Open(headers, new Request().ToIncoming(), _provider.Trusts.Find("wiki")!, grant, out OpenedAssertion opened);
            Assert.Equal((code, null), (rejection?.ToString(), opened.Prover));
        }
    }

    [Fact]
    public async Task Too_long_a_key_of_blanks_is_no_blank_one() =>
        Assert.Equal("SYSTEM", await _provider.Answer(Named(new string(' ', 8001))));

    [Fact]
    public async Task Two_blank_keys_are_two() =>
        Assert.Equal("SYSTEM", await _provider.Answer(Named().With(Seraph.Key, new StringValues(["", ""]))));

    private static Request Named(string? key = null, string? says = null)
    {
        Request request = Craft4.Request(Craft4.Seal(says ?? Craft4.Says()));
        return key is null ? request.Without(Seraph.Key) : request.With(Seraph.Key, key);
    }

    private static string GrantOf(ApplicationKeys keys) =>
        Craft4.Sign(Craft4.Claims(iss: keys.Id, jwe: Craft4.Wrap(Craft4.WrapHeaderOf(keys.Id))), keys: keys);

    private sealed class ChangingKeys : IKeyStore
    {
        public required ApplicationKeys Keys { get; set; }

        public ValueTask LoadAsync(CancellationToken cancellationToken) => default;

        public Task<ApplicationKeys> ChangeAsync(Func<ApplicationKeys, ApplicationKeys> change, CancellationToken cancellationToken) => Task.FromResult(Keys = change(Keys));
    }
}
