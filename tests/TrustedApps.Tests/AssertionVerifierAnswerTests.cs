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
        IReplayCache? store = null, IUserResolver? users = null, ApplicationKeys? keys = null, Request? request = null, CancellationTokenSource? aborted = null)
    {
        var verifier = new AssertionVerifier(
            new InMemoryTrustStore(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4)),
            users ?? UserResolvers.Everyone,
            new AssertionVerifierOptions { BaseUrls = [Fixture.Base], Keys = keys ?? Fixture.Tracker },
            store ?? new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }),
            _clock);
        return await verifier.VerifyAsync((request ?? Request.Of(ProtocolVersion.Version4)).ToIncoming(), cancellationToken: aborted?.Token ?? CancellationToken.None);
    }

    private sealed class Silent : IReplayCache, IUserResolver
    {
        public ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken) => new(new TaskCompletionSource<ReplayResult>().Task);

        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) =>
            new(new TaskCompletionSource<UserResolution>().Task);
    }

    private sealed class SilentStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(new TaskCompletionSource<int>().Task);
    }
}
