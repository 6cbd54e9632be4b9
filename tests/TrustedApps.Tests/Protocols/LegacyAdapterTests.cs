using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Protocols;
using TrustedApps.Replay;

namespace TrustedApps.Tests.Protocols;

/// <summary>An older version of somebody else's, by public types alone.</summary>
public class LegacyAdapterTests
{
    [Theory]
    [InlineData(LegacyProblem.SecretKeyMissing, "SECRET_KEY_NOT_FOUND")]
    [InlineData(LegacyProblem.MagicMissing, "MAGIC_NUMBER_NOT_FOUND")]
    public async Task A_header_that_is_missing_is_named_before_the_trust_is(LegacyProblem problem, string code)
    {
        Assert.Equal(code, await Answer(new Fake { Missing = problem }));
        Assert.Equal(code, await Answer(new Fake { Missing = problem }, Of("stranger")));
    }

    [Theory]
    [InlineData(LegacyProblem.SecretKeyUnreadable, "BAD_MAGIC")]
    [InlineData(LegacyProblem.MagicUnreadable, "BAD_MAGIC")]
    [InlineData(LegacyProblem.MagicWrong, "BAD_MAGIC")]
    [InlineData(LegacyProblem.Malformed, "SYSTEM")]
    public async Task What_cannot_be_opened_gets_the_code_of_its_problem(LegacyProblem problem, string code) =>
        Assert.Equal(code, await Answer(new Fake { Unreadable = problem }));

    [Theory]
    [InlineData(LegacyProblem.SignatureMissing)]
    [InlineData(LegacyProblem.SignatureWrong)]
    public async Task A_signature_that_does_not_hold_is_BAD_SIGNATURE(LegacyProblem problem) =>
        Assert.Equal("BAD_SIGNATURE", await Answer(new Fake { Unsigned = problem }));

    [Fact]
    public async Task The_core_checks_time_origin_conditions_replay_and_user()
    {
        Assert.Equal("OK fred", await Answer(new Fake()));
        Assert.Equal("OLD_CERT", await Answer(new Fake { Milliseconds = Fixture.Stamp - 60_001 }));
        Assert.Equal("BAD_URL", await Answer(new Fake(), Of() with { Host = "elsewhere" }));
        Assert.Equal("BAD_METHOD", await Answer(new Fake(), Of() with { Method = "PUT" }));
        Assert.Equal("USER_UNKNOWN", await Answer(new Fake { User = "stranger" }));
    }

    [Fact]
    public async Task It_is_told_of_accepted_requests_alone()
    {
        var accepted = new Fake();
        await Answer(accepted);
        Assert.Equal(1, accepted.Acceptances);
        var rejected = new Fake { User = "stranger" };
        await Answer(rejected);
        Assert.Equal(0, rejected.Acceptances);
    }

    [Fact]
    public async Task What_it_issues_gets_the_names_of_the_version()
    {
        AssertionHeaders issued = await new AssertionIssuer(Fixture.Wiki, new Fake()).IssueAsync("fred", Fixture.Url, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            [new(Seraph.Id, "wiki"), new(Seraph.Version, "2"), new(Seraph.Key, "key"), new(Seraph.Magic, "magic"), new(Seraph.Cert, "cert"), new(Seraph.Signature, "signature")],
            issued.Enumerate());
    }

    [Fact]
    public void Version_4_is_none_of_them() => Assert.Throws<ArgumentException>("version", () => new Fake(ProtocolVersion.Version4));

    [Fact]
    public void Every_problem_has_a_reason_of_its_own()
    {
        // Otherwise a new one would be told as malformed.
        string[] reasons =
        [
            nameof(RejectionReason.AssertionMalformed), nameof(RejectionReason.SecretKeyNotFound), nameof(RejectionReason.MagicNotFound), nameof(RejectionReason.KeyNotReadable),
            nameof(RejectionReason.KeyNotReadable), nameof(RejectionReason.MagicWrong), nameof(RejectionReason.SignatureMissing), nameof(RejectionReason.SignatureWrong),
        ];
        Assert.Equal(reasons.Length, Enum.GetValues<LegacyProblem>().Length);
    }

    private static Request Of(string id = "wiki") => new Request()
        .With(Seraph.Id, id).With(Seraph.Version, "2").With(Seraph.Key, "key").With(Seraph.Magic, "magic").With(Seraph.Cert, "cert").With(Seraph.Signature, "signature");

    private static async Task<string> Answer(Fake protocol, Request? request = null)
    {
        var options = new AssertionVerifierOptions { BaseUrls = [Fixture.Base], LegacyProtocols = [protocol] };
        var memory = new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true });
        var trusts = new InMemoryTrustStore(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian2));
        var verifier = new AssertionVerifier(trusts, UserResolvers.List(["fred"]), options, memory, new FakeTimeProvider(Fixture.Now));
        Verdict verdict = await verifier.VerifyAsync((request ?? Of()).ToIncoming(), cancellationToken: TestContext.Current.CancellationToken);
        return verdict.Accepted ? $"OK {verdict.Assertion.User}" : verdict.Rejection.Value.ToString();
    }

    private sealed class Fake(ProtocolVersion? version = null) : LegacyProtocol(version ?? ProtocolVersion.Atlassian2)
    {
        public LegacyProblem? Missing { get; init; }

        public LegacyProblem? Unreadable { get; init; }

        public LegacyProblem? Unsigned { get; init; }

        public long Milliseconds { get; init; } = Fixture.Stamp;

        public string User { get; init; } = "fred";

        public int Acceptances { get; private set; }

        public override ValueTask<LegacyHeaders> IssueAsync(ApplicationKeys keys, string user, string url, long milliseconds, CancellationToken cancellationToken) =>
            new(new LegacyHeaders { Key = "key", Magic = "magic", Cert = "cert", Signature = "signature" });

        public override LegacyRejection? FindMissingHeader(in LegacyHeaders headers) => Missing is { } problem ? new LegacyRejection(problem) : null;

        public override LegacyRejection? Open(in LegacyHeaders headers, RsaPublicKey publicKey, out LegacyAssertion assertion)
        {
            Assert.Equal(("key", "magic", "cert", "signature"), (headers.Key, headers.Magic, headers.Cert, headers.Signature));
            assertion = new LegacyAssertion(Milliseconds, User, this);
            return Unreadable is { } problem ? new LegacyRejection(problem, "it is odd") : null;
        }

        public override LegacyRejection? CheckSignature(in LegacyHeaders headers, RsaPublicKey publicKey, in LegacyAssertion assertion, string url)
        {
            Assert.Equal(Fixture.Url, url);
            Assert.Same(this, assertion.State);
            return Unsigned is { } problem ? new LegacyRejection(problem) : null;
        }

        public override int GetReplayKeys(in LegacyHeaders headers, in LegacyAssertion assertion, string url, Span<ReplayKey> keys)
        {
            keys[0] = new ReplayKey(1, 2);
            return 1;
        }

        public override void Accepted(RsaPublicKey publicKey, in LegacyAssertion assertion) => Acceptances++;
    }
}
