namespace TrustedApps.Tests;

public sealed class AssertionVerifierResolverTests
{
    [Fact]
    public async Task A_resolver_that_cannot_answer_now_makes_the_request_unavailable_and_says_when_to_retry()
    {
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3)) { Users = new Directory(new(UserResolution.Unavailable)) };

        Verdict verdict = await provider.Verify(Request.Of(ProtocolVersion.Atlassian3));

        Assert.Equal((503, ErrorCode.Unavailable, "user.unavailable"), (verdict.HttpStatus, verdict.Code, verdict.Rejection?.ReasonId));
        Assert.Equal(TimeSpan.FromSeconds(1), verdict.RetryAfter);
    }

    [Fact]
    public async Task A_resolver_that_never_answers_and_ignores_its_token_is_waited_for_half_a_minute_at_most()
    {
        var never = new TaskCompletionSource<UserResolution>();
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3)) { Users = new Directory(new(never.Task)) };

        ValueTask<Verdict> verifying = provider.Verifier.VerifyAsync(Request.Of(ProtocolVersion.Atlassian3).ToIncoming(), cancellationToken: TestContext.Current.CancellationToken);
        provider.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(verifying.IsCompleted);
        provider.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("user.unavailable", (await verifying).Rejection?.ReasonId);
    }

    private sealed class Directory(ValueTask<UserResolution> answer) : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) => answer;
    }
}
