using TrustedApps.Replay;

namespace TrustedApps.Tests;

/// <summary>What the verifier makes of a suspended trust, and of a store that is not available.</summary>
public class AssertionVerifierTrustStoreTests
{
    public static TheoryData<string> Versions => Fixture.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_suspended_trust_is_refused_as_an_unknown_one(string name)
    {
        var version = ProtocolVersion.Parse(name);
        Request request = Request.Of(version);
        TrustedApplication trust = Fixture.Trust(Fixture.Wiki, version);
        var provider = new Provider(Suspended(trust));
        Verdict suspended = await provider.Verify(request);
        Verdict unknown = await new Provider().Verify(request);
        Assert.Equal("APP_UNKNOWN", suspended.Rejection?.ToString());
        Assert.Equal(unknown.GetResponseHeaders(), suspended.GetResponseHeaders()); // who asks is told no difference
        Assert.Equal((unknown.HttpStatus, unknown.ClaimedUser), (suspended.HttpStatus, suspended.ClaimedUser));
        Assert.Contains("An administrator has suspended the trust of 'wiki'", suspended.Rejection!.Value.Detail, StringComparison.Ordinal); // the administrator is

        provider.Trusts.Remove("wiki");
        Assert.True(provider.Trusts.TryAdd(trust));
        Assert.Equal($"OK {Fixture.User}", await provider.Answer(request));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task While_the_store_is_not_available_everything_is_refused(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var store = new Store(Fixture.Trust(Fixture.Wiki, version)) { IsAvailable = false };
        var verifier = new AssertionVerifier(store, UserResolvers.Everyone, new AssertionVerifierOptions { BaseUrls = [Fixture.Base], LegacyProtocols = LegacyProtocols.All, Keys = Fixture.Tracker }, new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }), new FakeTimeProvider(Fixture.Now));
        Request known = Request.Of(version);
        string idHeader = version == ProtocolVersion.Warwick ? WarwickHeader.Id : Seraph.Id;
        foreach (Request request in (Request[])[known, known.With(idHeader, "stranger")])
        {
            Verdict refused = await verifier.VerifyAsync(request.ToIncoming(), cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(("UNAVAILABLE", 503, ErrorCode.Unavailable, TimeSpan.FromSeconds(1)), (refused.Rejection?.ToString(), refused.HttpStatus, refused.Code, refused.RetryAfter));
        }

        Assert.Equal(0, store.Questions);
        store.IsAvailable = true;
        Assert.True((await verifier.VerifyAsync(known.ToIncoming(), cancellationToken: TestContext.Current.CancellationToken)).Accepted); // nothing was remembered of it
    }

    [Fact]
    public async Task A_trust_that_is_pending_is_unavailable_and_concealed_like_an_unknown_one()
    {
        var store = new PendingStore();
        foreach (bool conceals in (bool[])[false, true])
        {
            var options = new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = Fixture.Tracker, ConcealTrusts = conceals };
            var verifier = new AssertionVerifier(store, UserResolvers.Everyone, options, new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }), new FakeTimeProvider(Fixture.Now));
            Verdict pending = await verifier.VerifyAsync(Request.Of(ProtocolVersion.Version4).ToIncoming(), cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(conceals ? "BAD_GRANT" : "UNAVAILABLE", pending.GetResponseHeaders().Single(header => header.Key.EndsWith("Error", StringComparison.Ordinal)).Value.Split(';')[0]);
            Assert.Equal("trusts.pending", pending.Rejection!.Value.ReasonId);
            Assert.Equal(conceals ? (401, null) : (503, (TimeSpan?)TimeSpan.FromSeconds(1)), (pending.HttpStatus, pending.RetryAfter));
        }
    }

    [Fact]
    public async Task A_trust_in_the_own_id_is_refused_as_an_unknown_one()
    {
        var store = new InMemoryTrustStore(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
        var options = new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = Fixture.Wiki };
        var verifier = new AssertionVerifier(store, UserResolvers.Everyone, options, new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }), new FakeTimeProvider(Fixture.Now));
        Verdict refused = await verifier.VerifyAsync(Request.Of(ProtocolVersion.Version4).ToIncoming(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("APP_UNKNOWN", refused.Rejection?.ToString());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_refusal_names_the_user_as_far_as_the_assertion_could_be_opened(string name)
    {
        var version = ProtocolVersion.Parse(name);
        Request request = Request.Of(version);
        TrustedApplication nobody = Fixture.Trust(Fixture.Wiki, new TrustConditions { Addresses = ["*"], Urls = ["*"], Versions = [version], AllowUsers = ["nobody"] });
        Assert.Equal(Fixture.User, (await new Provider(nobody).Verify(request)).ClaimedUser);
        Assert.Null((await new Provider().Verify(request)).ClaimedUser);
        Assert.Null((await new Provider(Fixture.Trust(Fixture.Wiki, version)).Verify(request)).ClaimedUser); // accepted: then the assertion says it

        var concealing = new Provider(nobody) { Options = new AssertionVerifierOptions { BaseUrls = [Fixture.Base], LegacyProtocols = LegacyProtocols.All, Keys = Fixture.Tracker, ConcealTrusts = true } };
        Assert.Equal(Fixture.User, (await concealing.Verify(request)).ClaimedUser);
    }

    private static TrustedApplication Suspended(TrustedApplication trust) => trust.Record is { } record
        ? new TrustedApplication(record, trust.Conditions, trust.Legacy) { IsSuspended = true }
        : new TrustedApplication(trust.Id, trust.Legacy!.PublicKey, trust.Conditions) { IsSuspended = true };

    private sealed class Store(TrustedApplication trust) : ITrustStore
    {
        public bool IsAvailable { get; set; }

        public int Questions { get; private set; }

        public TrustedApplication? Find(string applicationId)
        {
            Questions++;
            return applicationId == trust.Id ? trust : null;
        }
    }

    private sealed class PendingStore : ITrustStore
    {
        public TrustedApplication? Find(string applicationId) => null;

        public bool IsPending(string applicationId) => applicationId == "wiki";
    }
}
