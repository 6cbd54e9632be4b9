using TrustedApps.Certificates;

namespace TrustedApps.Tests.Certificates;

public class CertificateWatchTests
{
    private readonly CertificateWatch _watch = new(Fixture.Now);

    [Fact]
    public void It_is_due_within_24_hours_and_not_much_earlier()
    {
        Assert.False(_watch.IsDue(Fixture.Now.AddHours(21.5)));
        Assert.True(_watch.IsDue(Fixture.Now.AddHours(24)));
    }

    [Fact]
    public void Something_suspicious_makes_it_due_once_in_five_minutes()
    {
        Assert.True(_watch.Suspect(Fixture.Now));
        Assert.True(_watch.IsDue(Fixture.Now));
        Assert.False(_watch.Suspect(Fixture.Now.AddSeconds(299)));
        Assert.True(_watch.Suspect(Fixture.Now.AddSeconds(300)));
    }

    [Fact]
    public void A_clock_that_was_wrong_for_a_moment_does_not_stop_it()
    {
        var watch = new CertificateWatch(Fixture.Now.AddYears(1));
        Assert.True(watch.Suspect(Fixture.Now.AddYears(1)));
        Assert.True(watch.IsDue(Fixture.Now));
        Assert.True(watch.Suspect(Fixture.Now));
    }

    [Fact]
    public void What_could_not_be_kept_is_fetched_again()
    {
        _watch.Again(Fixture.Now);
        Assert.True(_watch.IsDue(Fixture.Now));
    }
}
