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
    public void What_is_used_of_it_is_a_share_of_what_there_is_at_this_moment()
    {
        SharedCapacity shared = new SharedCapacity(6); // and a reserve of three
        shared.Divide(1);
        var (one, other) = (new CapacityLimiter(20, shared), new CapacityLimiter(20, shared));
        Assert.Equal(0, one.Utilization);
        one.TryTake(3);
        Assert.Equal(3 / 9d, one.Utilization);
        other.TryTake(9); // all that is shared
        Assert.Equal((1, 1), (one.Utilization, other.Utilization));
        var small = new CapacityLimiter(4, new SharedCapacity(100));
        small.TryTake(1);
        Assert.Equal(0.25, small.Utilization);
        small.TryTake(3);
        Assert.Equal(1, small.Utilization);
    }

    [Fact]
    public void Beyond_its_reserve_it_gives_what_the_shared_bound_has_and_takes_nothing_when_that_is_not_enough()
    {
        SharedCapacity shared = new SharedCapacity(6); // and a reserve of three
        Assert.False(shared.Divide(1));
        var (one, other) = (new CapacityLimiter(20, shared), new CapacityLimiter(20, shared));
        Assert.False(one.TryTake(10));
        Assert.Equal(0, one.Used);
        Assert.True(one.HasRoom(9));
        Assert.True(one.TryTake(9));
        Assert.False(one.HasRoom(1));
        Assert.False(one.TryTake(1));
        Assert.False(other.HasRoom(4));
        Assert.False(other.TryTake(4));
        Assert.True(other.TryTake(3)); // the reserve of the other, which the first could not touch
        Assert.False(other.TryTake(1));
        one.GiveBack(2);
        Assert.True(other.TryTake(2));
        Assert.Equal((7, 5), (one.Used, other.Used));
    }

    [Fact]
    public void Its_own_capacity_bounds_the_reserve_too()
    {
        CapacityLimiter budget = new CapacityLimiter(2, new SharedCapacity(100));
        Assert.True(budget.TryTake(2));
        Assert.False(budget.HasRoom(1));
        Assert.False(budget.TryTake(1));
        Assert.Equal(2, budget.Used);
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
