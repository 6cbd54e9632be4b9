using TrustedApps.Certificates;

namespace TrustedApps.Tests.Certificates;

public class RefreshScheduleTests
{
    [Fact]
    public void Jitter_only_subtracts_and_at_most_a_tenth()
    {
        for (int round = 0; round < 1000; round++)
        {
            Assert.InRange(RefreshSchedule.Next(Fixture.Now), Fixture.Now.AddHours(21.6), Fixture.Now.AddHours(24));
            Assert.InRange(RefreshSchedule.Retry(Fixture.Now), Fixture.Now.AddMinutes(54), Fixture.Now.AddMinutes(60));
        }
    }

    [Fact]
    public void Times_differ_so_that_applications_are_not_all_asked_at_once() =>
        Assert.NotEqual(1, Enumerable.Range(0, 100).Select(_ => RefreshSchedule.Next(Fixture.Now)).Distinct().Count());
}
