using TrustedApps.Keys;
using TrustedApps.Replay;
using TrustedApps.Tests.Keys;

namespace TrustedApps.Tests;

/// <summary>Code of others that does not answer, and ignores its token: the wait ends all the same.</summary>
public sealed class AssertionVerifierAnswerTests
{
    private readonly ManualTimeProvider _clock = new(Fixture.Now);

    [Theory]
    [InlineData(true, "replay.cache-unavailable")]
    [InlineData(false, "user.unavailable")]
    public async Task A_store_or_resolver_that_does_not_answer_is_unavailable_after_30_seconds(bool isStore, string reason)
    {
        Task<Verdict> verifying = Verify(isStore ? new Silent() : null, isStore ? null : new Silent());
        _clock.Advance(TimeSpan.FromMilliseconds(29_999));
        Assert.False(verifying.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Verdict verdict = await verifying;
        Assert.Equal((ErrorCode.Unavailable, reason), (verdict.Code, verdict.Rejection?.ReasonId));
        Assert.Equal(TimeSpan.FromSeconds(1), verdict.RetryAfter);
    }

    [Theory]
    [InlineData(true, "removed", "APP_UNKNOWN")]
    [InlineData(false, "removed", "APP_UNKNOWN")]
    [InlineData(true, "changed", "BAD_GRANT")]
    [InlineData(false, "changed", "BAD_GRANT")]
    [InlineData(false, "nothing", "OK")]
    public async Task A_trust_that_ends_while_store_or_resolver_take_their_time_serves_no_request_without_content(bool isStore, string change, string code)
    {
        var slow = new Silent();
        var trusts = new InMemoryTrustStore(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
        Task<Verdict> verifying = Verify(isStore ? slow : null, isStore ? null : slow, trusts: trusts);
        if (change != "nothing") trusts.Remove("wiki");
        if (change == "changed") trusts.TryAdd(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4));
        slow.Answer();
        Verdict verdict = await verifying;
        Assert.Equal(code, verdict.Accepted ? "OK" : verdict.Rejection?.ToString());
    }

    [Theory]
    [InlineData(150, true)] // time-out, skew and the time for content
    [InlineData(151, false)]
    public async Task What_has_waited_too_long_is_not_served(int seconds, bool isServed)
    {
        var slow = new Silent();
        Task<Verdict> verifying = Verify(users: slow, move: () => _clock.Step(TimeSpan.FromSeconds(seconds)));
        slow.Answer();
        Verdict verdict = await verifying;
        Assert.Equal(isServed ? null : "content.too-late", verdict.Rejection?.ReasonId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_not_waited_for_any_more_is_told(bool isStore)
    {
        var silent = new Silent();
        Task<Verdict> verifying = Verify(isStore ? silent : null, isStore ? null : silent);
        Assert.False(silent.Token.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(ErrorCode.Unavailable, (await verifying).Code);
        Assert.True(SpinWait.SpinUntil(() => silent.Token.IsCancellationRequested, TimeSpan.FromSeconds(30)));

        using var aborted = new CancellationTokenSource();
        verifying = Verify(isStore ? silent : null, isStore ? null : silent, aborted: aborted);
        await aborted.CancelAsync();
        Assert.True(SpinWait.SpinUntil(() => silent.Token.IsCancellationRequested, TimeSpan.FromSeconds(30)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verifying);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_is_aborted_ends_although_store_or_resolver_ignore_their_token(bool isStore)
    {
        using var aborted = new CancellationTokenSource();
        Task<Verdict> verifying = Verify(isStore ? new Silent() : null, isStore ? null : new Silent(), aborted: aborted);
        await aborted.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verifying);
    }

    [Fact]
    public async Task A_request_that_is_aborted_ends_although_its_content_ignores_its_token()
    {
        using var aborted = new CancellationTokenSource();
        AssertionHeaders headers = Fixture.Issue(ProtocolVersion.Version4, method: "POST", content: ContentBinding.Of([1], null));
        Task<Verdict> verifying = Verify(request: Request.Carrying(headers) with { Method = "POST", Content = new SilentStream() }, aborted: aborted);
        await aborted.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verifying);
    }

    [Fact]
    public async Task A_private_key_elsewhere_that_fails_or_does_not_answer_is_unavailable_and_no_exception()
    {
        using var module = new DistantModule { Failure = new IOException("The module is away.") };
        Task<Verdict> verifying = Verify(keys: module.Keep(Fixture.Tracker));
        await module.ArrivalAsync();
        _clock.Advance(TimeSpan.FromSeconds(5));
        Verdict silent = await verifying;
        module.Open();
        Verdict failed = await Verify(keys: module.Keep(Fixture.Tracker));
        Assert.All([silent, failed], verdict => Assert.Equal((503, "grant.own-key-unavailable", TimeSpan.FromSeconds(1)), (verdict.HttpStatus, verdict.Rejection?.ReasonId, verdict.RetryAfter)));
    }

    private async Task<Verdict> Verify(
        IReplayCache? store = null, IUserResolver? users = null, ApplicationKeys? keys = null, Request? request = null, CancellationTokenSource? aborted = null,
        ITrustStore? trusts = null, Action? move = null)
    {
        var verifier = new AssertionVerifier(
            trusts ?? new InMemoryTrustStore(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4)),
            users ?? UserResolvers.Everyone,
            new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = keys ?? Fixture.Tracker },
            store ?? new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }),
            _clock);
        ValueTask<Verdict> verifying = verifier.VerifyAsync((request ?? Request.Of(ProtocolVersion.Version4)).ToIncoming(), cancellationToken: aborted?.Token ?? CancellationToken.None);
        move?.Invoke();
        return await verifying;
    }

    private sealed class Silent : IReplayCache, IUserResolver
    {
        private readonly TaskCompletionSource<ReplayResult> _added = new();
        private readonly TaskCompletionSource<UserResolution> _resolved = new();

        public CancellationToken Token { get; private set; }

        public void Answer()
        {
            _added.SetResult(new ReplayResult(ReplayStatus.First));
            _resolved.SetResult(UserResolution.Known("fred"));
        }

        public ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken)
        {
            Token = cancellationToken;
            return new(_added.Task);
        }

        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken)
        {
            Token = cancellationToken;
            return new(_resolved.Task);
        }
    }

    private sealed class SilentStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(new TaskCompletionSource<int>().Task);
    }
}
