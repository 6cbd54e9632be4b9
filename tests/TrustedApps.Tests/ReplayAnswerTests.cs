namespace TrustedApps.Tests;

public class ReplayAnswerTests
{
    [Fact]
    public void The_default_value_refuses()
    {
        Assert.Equal(ReplayStatus.Full, default(ReplayAnswer).Status);
        Assert.Null(default(ReplayAnswer).RetryAfter);
    }

    [Fact]
    public void It_says_what_it_was_made_with()
    {
        var answer = new ReplayAnswer(ReplayStatus.Unavailable, TimeSpan.FromSeconds(2));
        Assert.Equal((ReplayStatus.Unavailable, TimeSpan.FromSeconds(2)), (answer.Status, answer.RetryAfter!.Value));
        Assert.Equal(TimeSpan.Zero, new ReplayAnswer(ReplayStatus.Unavailable, TimeSpan.Zero).RetryAfter);
    }

    [Fact]
    public void Nobody_waits_until_before_now() =>
        Assert.Throws<ArgumentOutOfRangeException>("retryAfter", () => new ReplayAnswer(ReplayStatus.Full, TimeSpan.FromTicks(-1)));
}
