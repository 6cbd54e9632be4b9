using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class ReplayResultTests
{
    [Fact]
    public void The_default_value_refuses()
    {
        Assert.Equal(ReplayStatus.Full, default(ReplayResult).Status);
        Assert.Null(default(ReplayResult).RetryAfter);
    }

    [Fact]
    public void It_says_what_it_was_made_with()
    {
        ReplayResult answer = new ReplayResult(ReplayStatus.Unavailable, TimeSpan.FromSeconds(2));
        Assert.Equal((ReplayStatus.Unavailable, TimeSpan.FromSeconds(2)), (answer.Status, answer.RetryAfter!.Value));
        Assert.Equal(TimeSpan.Zero, new ReplayResult(ReplayStatus.Unavailable, TimeSpan.Zero).RetryAfter);
    }

    [Fact]
    public void Nobody_waits_until_before_now() =>
        Assert.Throws<ArgumentOutOfRangeException>("retryAfter", () => new ReplayResult(ReplayStatus.Full, TimeSpan.FromTicks(-1)));
}
