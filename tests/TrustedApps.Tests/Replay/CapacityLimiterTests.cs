using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class CapacityLimiterTests
{
    [Fact]
    public void It_gives_what_there_is_and_takes_nothing_when_that_is_not_enough()
    {
        CapacityLimiter budget = new CapacityLimiter(3);
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
    public void Of_a_part_it_gives_what_the_whole_has_and_takes_nothing_when_that_is_not_enough()
    {
        CapacityLimiter whole = new CapacityLimiter(5);
        var (one, other) = (new CapacityLimiter(4, whole), new CapacityLimiter(4, whole));
        Assert.False(one.TryTake(5));
        Assert.Equal((0, 0), (one.Used, whole.Used));
        Assert.True(one.TryTake(4));
        Assert.False(other.TryTake(2));
        Assert.Equal((4, 0, 4), (one.Used, other.Used, whole.Used));
        Assert.True(other.TryTake(1));
        one.GiveBack(3);
        Assert.Equal((1, 1, 2), (one.Used, other.Used, whole.Used));
        Assert.True(other.TryTake(3));
    }

    [Fact]
    public void The_largest_number_is_a_bound_too()
    {
        CapacityLimiter budget = new CapacityLimiter(int.MaxValue);
        Assert.True(budget.TryTake(int.MaxValue));
        Assert.False(budget.TryTake(1));
        Assert.False(budget.TryTake(int.MaxValue));
        Assert.Equal(int.MaxValue, budget.Used);
    }

    [Fact]
    public void Threads_together_never_get_more_than_there_is()
    {
        CapacityLimiter budget = new CapacityLimiter(1000);
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
