using TrustedApps.Replay;

namespace TrustedApps.Tests;

public class ReplayMemoryTests
{
    private const long Now = 1_000_000;
    private const long Until = Now + 60_000;

    [Fact]
    public void Applications_do_not_see_each_others_marks()
    {
        var memory = new ReplayMemory();
        Assert.Equal(ReplayAnswer.First, Remember(memory, "wiki", 1));
        Assert.Equal(ReplayAnswer.First, Remember(memory, "blog", 1));
        Assert.Equal(ReplayAnswer.First, Remember(memory, "Wiki", 1));
        Assert.Equal(ReplayAnswer.Repeated, Remember(memory, "wiki", 1));
        Assert.Equal(3, memory.Count);
    }

    [Fact]
    public void An_application_that_is_full_leaves_the_others_their_room()
    {
        var memory = new ReplayMemory(capacity: 10, capacityPerApplication: 4);
        for (int number = 0; number < 4; number++) Remember(memory, "wiki", number);
        Assert.Equal(ReplayAnswer.Full, Remember(memory, "wiki", 4));
        Assert.Equal(ReplayAnswer.First, Remember(memory, "blog", 4));
        Assert.Equal(ReplayAnswer.Repeated, Remember(memory, "wiki", 0));
    }

    [Fact]
    public void All_together_are_bounded_and_nothing_is_pushed_out()
    {
        var memory = new ReplayMemory(capacity: 5, capacityPerApplication: 4);
        for (int number = 0; number < 4; number++) Remember(memory, "wiki", number);
        Assert.Equal(ReplayAnswer.First, Remember(memory, "blog", 0));
        Assert.Equal(ReplayAnswer.Full, Remember(memory, "blog", 1));
        Assert.Equal(ReplayAnswer.Full, Remember(memory, "shop", 1));
        Assert.Equal(5, memory.Count);
        Assert.All(Enumerable.Range(0, 4), number => Assert.Equal(ReplayAnswer.Repeated, Remember(memory, "wiki", number)));
        Assert.Equal(ReplayAnswer.Repeated, Remember(memory, "blog", 0));
    }

    [Fact]
    public void It_recovers_when_what_silent_applications_hold_has_expired()
    {
        var memory = new ReplayMemory(capacity: 4, capacityPerApplication: 4);
        for (int number = 0; number < 4; number++) Remember(memory, "wiki", number);
        Assert.Equal(ReplayAnswer.Full, Remember(memory, "blog", 1));
        Assert.Equal(ReplayAnswer.First, memory.Remember("blog", [Mark(1)], Until + 60_000, Until + 10_000));
        Assert.Equal(1, memory.Count);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(1, 0)]
    [InlineData(1, -1)]
    public void There_is_room_for_one_at_least(int capacity, int perApplication)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayMemory(capacity, perApplication));
        Assert.Equal(ReplayAnswer.First, Remember(new ReplayMemory(1, 1), "wiki", 1));
    }

    [Fact]
    public void Of_many_identical_assertions_at_once_exactly_one_is_the_first()
    {
        var memory = new ReplayMemory();
        int[] firsts = new int[2000];
        int others = 0;
        Threads.Run(8, _ =>
        {
            for (int number = 0; number < firsts.Length; number++)
            {
                ReplayAnswer answer = memory.Remember("wiki", [Mark(2 * number), Mark((2 * number) + 1)], Until, Now);
                if (answer == ReplayAnswer.First) Interlocked.Increment(ref firsts[number]);
                else if (answer != ReplayAnswer.Repeated) Interlocked.Increment(ref others);
            }
        });
        Assert.All(firsts, count => Assert.Equal(1, count));
        Assert.Equal(0, others);
        Assert.Equal(4000, memory.Count);
    }

    [Fact]
    public void Threads_that_fill_it_never_get_more_in_than_there_is_room_for()
    {
        var memory = new ReplayMemory(capacity: 500, capacityPerApplication: 200);
        int firsts = 0;
        Threads.Run(8, thread =>
        {
            for (int number = 0; number < 300; number++)
            {
                if (Remember(memory, $"application {thread}", number) == ReplayAnswer.First) Interlocked.Increment(ref firsts);
            }
        });
        Assert.Equal(500, firsts);
        Assert.Equal(500, memory.Count);
    }

    private static ReplayMark Mark(int key) => new((UInt128)key, 0);

    private static ReplayAnswer Remember(ReplayMemory memory, string application, int key) =>
        memory.Remember(application, [Mark(key)], Until, Now);
}
