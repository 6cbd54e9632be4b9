using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class ReplayBudgetTests
{
    [Fact]
    public void It_gives_what_there_is_and_takes_nothing_when_that_is_not_enough()
    {
        var budget = new ReplayBudget(3);
        Assert.True(budget.TryTake(2));
        Assert.False(budget.TryTake(2));
        Assert.Equal(2, budget.Used);
        Assert.True(budget.TryTake(1));
        Assert.False(budget.TryTake(1));
        budget.GiveBack(2);
        Assert.Equal(1, budget.Used);
        Assert.True(budget.TryTake(2));
    }

    [Fact]
    public void Threads_together_never_get_more_than_there_is()
    {
        var budget = new ReplayBudget(1000);
        int taken = 0;
        Threads.Run(8, _ =>
        {
            for (int round = 0; round < 1000; round++)
            {
                if (budget.TryTake(1)) Interlocked.Increment(ref taken);
            }
        });
        Assert.Equal(1000, taken);
        Assert.Equal(1000, budget.Used);
    }
}
