using TrustedApps.Certificates;

namespace TrustedApps.Tests.Certificates;

public class RefreshTimesTests
{
    private readonly RefreshTimes _times = new(Fixture.Now);

    [Fact]
    public void A_certificate_is_due_within_24_hours_and_not_much_earlier()
    {
        Assert.False(_times.TryClaim(Fixture.Now.AddHours(21.5)));
        Assert.True(_times.TryClaim(Fixture.Now.AddHours(24)));
    }

    [Fact]
    public void An_unknown_key_is_followed_once_in_five_minutes_and_moves_no_regular_fetch()
    {
        Assert.True(_times.TryClaimSuspect(Fixture.Now));
        Assert.False(_times.TryClaim(Fixture.Now));
        Assert.False(_times.TryClaimSuspect(Fixture.Now.AddSeconds(299)));
        Assert.True(_times.TryClaimSuspect(Fixture.Now.AddSeconds(300)));
        Assert.True(_times.TryClaimSuspect(Fixture.Now.AddHours(23.9)));
        Assert.True(_times.TryClaim(Fixture.Now.AddHours(24)));
    }

    [Fact]
    public void A_clock_that_was_wrong_for_a_moment_does_not_stop_the_refresh()
    {
        var times = new RefreshTimes(Fixture.Now.AddYears(1));
        Assert.True(times.TryClaimSuspect(Fixture.Now.AddYears(1)));
        Assert.True(times.TryClaim(Fixture.Now));
        Assert.True(times.TryClaimSuspect(Fixture.Now));
    }

    [Fact]
    public void A_claim_succeeds_only_when_due_and_is_retried_within_an_hour()
    {
        DateTimeOffset due = Fixture.Now.AddHours(24);
        Assert.False(_times.TryClaim(Fixture.Now));
        Assert.True(_times.TryClaim(due));
        Assert.False(_times.TryClaim(due));
        Assert.False(_times.TryClaim(due.AddMinutes(53)));
        Assert.True(_times.TryClaim(due.AddHours(1)));
    }

    [Fact]
    public void A_time_that_was_set_is_the_next()
    {
        _times.Schedule(Fixture.Now.AddMinutes(1));
        Assert.False(_times.TryClaim(Fixture.Now));
        Assert.True(_times.TryClaim(Fixture.Now.AddMinutes(1)));
    }

    [Fact]
    public void Of_many_threads_one_gets_the_claim_and_one_the_suspicion()
    {
        int suspicions = 0, claims = 0;
        Threads.Run(16, _ =>
        {
            if (_times.TryClaimSuspect(Fixture.Now)) Interlocked.Increment(ref suspicions);
        });
        Threads.Run(16, _ =>
        {
            if (_times.TryClaim(Fixture.Now.AddHours(24))) Interlocked.Increment(ref claims);
        });
        Assert.Equal((1, 1), (suspicions, claims));
    }
}
