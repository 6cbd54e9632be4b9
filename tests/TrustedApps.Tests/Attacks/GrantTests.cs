using TrustedApps.Certificates;
using TrustedApps.Protocols.Version4;
using TrustedApps.Replay;

namespace TrustedApps.Tests.Attacks;

/// <summary>What can be tried with captured grants and assertions of version 4, also by an application that is trusted itself.</summary>
public sealed class GrantTests : IDisposable
{
    private readonly Provider _provider = new(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4), Fixture.Trust(Fixture.Blog, ProtocolVersion.Version4));
    private readonly PrivateKeyOperations _operations = new();

    public void Dispose() => _operations.Dispose();

    [Fact]
    public async Task An_assertion_under_the_grant_of_another_process_is_refused()
    {
        KeyGrant first = Fixture.NewGrant(), second = Fixture.NewGrant();
        Request one = Request.Of(ProtocolVersion.Version4, grant: first), other = Request.Of(ProtocolVersion.Version4, grant: second);
        Assert.Equal("BAD_MAGIC", await _provider.Answer(one.With(Seraph.Key, second.Token)));
        Assert.Equal("BAD_MAGIC", await _provider.Answer(other.With(Seraph.Key, first.Token)));
        Assert.Equal("OK fred", await _provider.Answer(one));
        Assert.Equal("BAD_MAGIC", await _provider.Answer(one.With(Seraph.Key, second.Token)));
        Assert.Equal("OK fred", await _provider.Answer(other));
    }

    [Fact]
    public async Task A_captured_request_under_another_application_id_is_refused_also_when_the_grant_is_kept()
    {
        Request captured = Craft4.Request(), delivered = Craft4.Request();
        Assert.Equal("BAD_GRANT", await _provider.Answer(captured.With(Seraph.Id, "blog")));
        Assert.Equal(0, _operations.Decryptions);
        Assert.Equal("OK fred", await _provider.Answer(delivered));
        Assert.Equal("BAD_GRANT", await _provider.Answer(captured.With(Seraph.Id, "blog")));
        Assert.Equal("OK fred", await _provider.Answer(captured));
        Assert.Equal(1, _operations.Decryptions);
    }

    [Fact]
    public async Task A_captured_session_key_in_a_grant_of_another_trusted_application_does_not_open()
    {
        // The blog cannot read the key, but could have its users' requests, or its own, taken for those of the wiki's session.
        string captured = Craft4.Wrap();
        string resigned = Craft4.Sign(Craft4.Claims(iss: "blog", jwe: captured), keys: Fixture.Blog);
        Assert.Equal("BAD_GRANT", await _provider.Answer(Craft4.Request(key: resigned, id: "blog")));
        Assert.Equal(0, _operations.Decryptions);
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
    }

    // Unknown key share: a provider that is a consumer, too, opens a grant that was made for it, wraps the same session key
    // in a grant of its own under the same id, and sends on what the wiki sent.
    [Fact]
    public async Task An_assertion_does_not_open_under_another_grant_that_wraps_the_same_session_key()
    {
        string made = Craft4.Sign(Craft4.Claims(aud: "\"elsewhere\"", @base: "\"https://elsewhere.example\"", jwe: "the key is Craft4.SessionKey"));
        string cert = Craft4.Seal(Craft4.Says(), grant: made);
        string ofBlog = Craft4.Sign(Craft4.Claims(iss: "blog", jwe: Craft4.Wrap(Craft4.WrapHeaderOf("blog"))), keys: Fixture.Blog);
        Assert.Equal("BAD_MAGIC", await _provider.Answer(Craft4.Request(cert, ofBlog, "blog")));
        Assert.Equal("BAD_MAGIC", await _provider.Answer(Craft4.Request(cert, "", "blog"))); // named
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request(Craft4.Seal(Craft4.Says(), grant: ofBlog), ofBlog, "blog"))); // its own word under its own name
    }

    // The same key wrapped again by the wiki itself: for another base, another life, or with another key.
    [Fact]
    public async Task An_assertion_opens_under_the_very_grant_that_it_was_made_under_and_no_other()
    {
        Request delivered = Craft4.Request();
        foreach (string other in new[] { Craft4.Claims(exp: Craft4.Now + 601), Craft4.Claims(), Craft4.Claims(iat: Craft4.Now - 1) })
        {
            var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
            Assert.Equal("BAD_MAGIC", await provider.Answer(delivered.With(Seraph.Key, Craft4.Sign(other)))); // PSS signs with a new salt
        }

        Assert.Equal("OK fred", await _provider.Answer(delivered));
        Assert.Equal("BAD_MAGIC", await _provider.Answer(Craft4.Request(Craft4.Seal(Craft4.Says(), key: Craft4.SessionKey)))); // the session key itself encrypts nothing
    }

    [Fact]
    public async Task One_grant_id_and_one_vector_in_two_applications_are_two_assertions()
    {
        byte[] nonce = new byte[12];
        string ofBlog = Craft4.Sign(Craft4.Claims(iss: "blog", jwe: Craft4.Wrap(Craft4.WrapHeaderOf("blog"))), keys: Fixture.Blog);
        string cert = Craft4.Seal(Craft4.Says(), nonce: nonce), certOfBlog = Craft4.Seal(Craft4.Says(), nonce: nonce, grant: ofBlog);
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request(cert)));
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request(certOfBlog, ofBlog, "blog")));
        Assert.Equal("REPLAYED", await _provider.Answer(Craft4.Request(cert)));
        Assert.Equal("REPLAYED", await _provider.Answer(Craft4.Request(certOfBlog, ofBlog, "blog")));
    }

    [Fact]
    public async Task A_vector_that_comes_again_under_one_grant_is_a_repetition_whatever_it_says()
    {
        byte[] nonce = new byte[12];
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request(Craft4.Seal(Craft4.Says(), nonce: nonce))));
        Assert.Equal("REPLAYED", await _provider.Answer(Craft4.Request(Craft4.Seal(Craft4.Says("\"sub\":\"ann\","), nonce: nonce))));
        nonce[11] = 1;
        Assert.Equal("OK ann", await _provider.Answer(Craft4.Request(Craft4.Seal(Craft4.Says("\"sub\":\"ann\","), nonce: nonce))));
    }

    [Fact]
    public async Task Another_spelling_of_the_assertions_header_is_no_other_assertion()
    {
        string shuffled = $$"""{"typ":"trusted-app-cert+jwt","kid":"{{Craft4.GrantId}}","enc":"A256GCM","alg":"dir"}""";
        byte[] nonce = new byte[12];
        Request usual = Craft4.Request(Craft4.Seal(Craft4.Says(), nonce: nonce)), unusual = Craft4.Request(Craft4.Seal(Craft4.Says(), shuffled, nonce: nonce));
        Assert.Equal("OK fred", await _provider.Answer(unusual));
        Assert.Equal("REPLAYED", await _provider.Answer(usual));
        Assert.Equal(1, _operations.Decryptions);
    }

    [Fact]
    public async Task A_grant_that_the_administrator_took_back_with_its_trust_is_refused_at_once()
    {
        Assert.Equal("OK fred", await _provider.Answer(Craft4.Request()));
        CertificateRecord without = Fixture.RecordOf(Fixture.Wiki).RemoveKey(Fixture.Wiki.SigningKey.KeyId);
        var changed = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4).With(without));
        Assert.Equal("BAD_GRANT", await changed.Answer(Craft4.Request()));

        var trusts = new ChangingTrusts { Only = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4) };
        var options = new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker };
        var verifier = new AssertionVerifier(trusts, UserResolvers.Everyone, options, new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }), new FakeTimeProvider(Fixture.Now));
        Assert.True((await verifier.VerifyAsync(Craft4.Request().ToIncoming(), cancellationToken: TestContext.Current.CancellationToken)).Accepted);
        trusts.Only = trusts.Only.With(without);
        Verdict verdict = await verifier.VerifyAsync(Craft4.Request().ToIncoming(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(verdict.NamesUnknownKey);
    }

    private sealed class ChangingTrusts : ITrustStore
    {
        public required TrustedApplication Only { get; set; }

        public TrustedApplication? Find(string id) => id == Only.Id ? Only : null;
    }
}
