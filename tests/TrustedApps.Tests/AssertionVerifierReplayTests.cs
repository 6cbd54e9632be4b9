using TrustedApps.Replay;

namespace TrustedApps.Tests;

/// <summary>The verifier and any store of what was seen.</summary>
public class AssertionVerifierReplayTests
{
    private static readonly BaseUrl _base = BaseUrl.Parse("https://tracker.example/app");

    [Theory]
    [InlineData(ReplayStatus.First, "GET", "OK")]
    [InlineData(ReplayStatus.First, "POST", "OK")]
    [InlineData(ReplayStatus.Repeated, "GET", "OK")]
    [InlineData(ReplayStatus.Repeated, "POST", "REPLAYED")]
    [InlineData(ReplayStatus.Conflicting, "GET", "REPLAYED")]
    [InlineData(ReplayStatus.Conflicting, "POST", "REPLAYED")]
    [InlineData(ReplayStatus.Full, "GET", "UNAVAILABLE")]
    [InlineData(ReplayStatus.Unavailable, "GET", "UNAVAILABLE")]
    [InlineData(ReplayStatus.Starting, "GET", "UNAVAILABLE")]
    [InlineData((ReplayStatus)99, "GET", "REPLAYED")]
    public async Task What_the_store_says_decides(ReplayStatus status, string method, string code)
    {
        Verdict verdict = await Verify(new Store(_ => new(new ReplayResult(status))), method);
        Assert.Equal(code, verdict.Accepted ? "OK" : verdict.Rejection.Value.ToString());
    }

    [Theory]
    [InlineData(ReplayStatus.Full, "is full")]
    [InlineData(ReplayStatus.Unavailable, "did not answer")]
    [InlineData(ReplayStatus.Starting, "before this start")]
    public async Task The_administrator_learns_why_it_is_not_available_and_the_consumer_does_not(ReplayStatus status, string detail)
    {
        Verdict verdict = await Verify(new Store(_ => new(new ReplayResult(status))));
        Rejection refusal = verdict.Rejection!.Value;
        Assert.Contains(detail, refusal.Detail, StringComparison.Ordinal);
        Assert.Contains("'wiki'", refusal.Detail, StringComparison.Ordinal);
        Assert.Equal("Not available at the moment, try again later", refusal.ToError().Message);
        Assert.Empty(refusal.ToError().Parameters);
    }

    [Fact]
    public async Task A_store_that_says_nothing_refuses() =>
        Assert.Equal("UNAVAILABLE", (await Verify(new Store(_ => default))).Rejection.ToString());

    [Fact]
    public async Task It_is_waited_for()
    {
        var answer = new TaskCompletionSource<ReplayResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<Verdict> verifying = Verify(new Store(_ => new(answer.Task)));
        Assert.False(verifying.IsCompleted);
        answer.SetResult(new ReplayResult(ReplayStatus.Conflicting));
        Assert.Equal("REPLAYED", (await verifying).Rejection.ToString());
    }

    [Fact]
    public async Task It_is_told_when_the_request_ends()
    {
        using var request = new CancellationTokenSource();
        var answer = new TaskCompletionSource<ReplayResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = new Store(_ => new(answer.Task));
        Task<Verdict> verifying = VerifyUntil(store, "GET", Request.Of(ProtocolVersion.Atlassian3), request.Token);
        await request.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verifying);
        Assert.True(store.CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public async Task It_is_told_all_there_is_to_know()
    {
        var store = new Store(_ => new(new ReplayResult(ReplayStatus.First)));
        await Verify(store);
        Assert.False(store.Record.IsSingleUse);
        Assert.Equal("wiki", store.Record.ApplicationId);
        Assert.Equal(1, store.Record.Marks.Length);
        Assert.Equal((Fixture.Stamp, Fixture.Stamp + 60_000, Fixture.Now.ToUnixTimeMilliseconds()), (store.Record.IssuedAt, store.Record.Until, store.Record.Now));
        Assert.Equal(960_000, store.Record.Ahead); // the allowance, and a minute
    }

    [Fact]
    public async Task An_application_has_one_spelling_however_a_store_of_trusts_finds_it()
    {
        // Versions 1 to 3 sign no id: under another spelling the same headers would be new.
        InMemoryReplayCache memory = new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true });
        var request = Request.Of(ProtocolVersion.Atlassian3);
        Assert.True((await Verify(memory, "POST", request)).Accepted);
        Assert.Equal("APP_UNKNOWN", (await Verify(memory, "POST", request.With(Seraph.Id, "WIKI"))).Rejection.ToString());
    }

    private static Task<Verdict> Verify(IReplayCache store, string method = "GET", Request? request = null) =>
        VerifyUntil(store, method, request ?? Request.Of(ProtocolVersion.Atlassian3), TestContext.Current.CancellationToken);

    private static async Task<Verdict> VerifyUntil(IReplayCache store, string method, Request request, CancellationToken cancellationToken)
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], Methods = ["GET", "POST"] };
        var trusts = new ForgivingTrusts(Fixture.Trust(Fixture.Wiki, conditions));
        var options = new AssertionVerifierOptions { BaseUrls = [_base], LegacyProtocols = LegacyProtocols.All };
        var verifier = new AssertionVerifier(trusts, UserResolvers.Everyone, options, store, new FakeTimeProvider(Fixture.Now));
        return await verifier.VerifyAsync((request with { Method = method }).ToIncoming(), cancellationToken: cancellationToken);
    }

    private sealed class Store(Func<ReplayEntry, ValueTask<ReplayResult>> answer) : IReplayCache
    {
        public ReplayEntry Record { get; private set; }

        public CancellationToken CancellationToken { get; private set; }

        public ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken)
        {
            (Record, CancellationToken) = (record, cancellationToken);
            return answer(record);
        }
    }

    private sealed class ForgivingTrusts(TrustedApplication only) : ITrustStore
    {
        public TrustedApplication? Find(string id) => string.Equals(id, only.Id, StringComparison.OrdinalIgnoreCase) ? only : null;
    }
}
