using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class TimeBucketTests
{
    private readonly CapacityLimiter _budget = new(100_000);

    [Theory]
    [InlineData(1600)]
    [InlineData(1603)]
    [InlineData(1607)]
    public void It_covers_eight_seconds(long issued)
    {
        TimeBucket bucket = new TimeBucket(issued, 90, null);
        Assert.Equal((1600, 1607), (bucket.FirstIssued, bucket.LastIssued));
    }

    [Fact]
    public void It_ends_when_what_was_issued_in_its_last_second_does_and_the_longest_lifetime_counts()
    {
        TimeBucket bucket = new TimeBucket(1600, 90, null);
        Assert.Equal(1697, bucket.LastAcceptable);
        bucket.Extend(930);
        Assert.Equal(2537, bucket.LastAcceptable);
        bucket.Extend(90);
        Assert.Equal(2537, bucket.LastAcceptable);
    }

    [Fact]
    public void Threads_that_extend_it_leave_the_longest()
    {
        TimeBucket bucket = new TimeBucket(1600, 0, null);
        int longest = 0, lost = 0;
        Threads.Run(4, _ =>
        {
            for (int round = 0; round < 500_000; round++)
            {
                int lifetime = Interlocked.Increment(ref longest);
                bucket.Extend(lifetime);
                if (bucket.LastAcceptable < 1607 + lifetime) Interlocked.Increment(ref lost);
            }
        });
        Assert.Equal((0, 1607 + 2_000_000), (lost, bucket.LastAcceptable));
    }

    [Fact]
    public void It_counts_and_gives_back_what_it_holds()
    {
        TimeBucket bucket = new TimeBucket(1600, 90, null);
        for (int mark = 0; mark < 1000; mark++) Assert.Equal(ReplayStatus.First, bucket.Add((UInt128)mark, _budget));
        for (int mark = 0; mark < 1000; mark++) Assert.Equal(ReplayStatus.Repeated, bucket.Add((UInt128)mark, _budget));
        Assert.Equal((1000, 1000), (bucket.Count, _budget.Used));
        Assert.Equal(1000, bucket.Close());
        Assert.Equal(0, bucket.Count);
    }

    [Fact]
    public void Closed_it_takes_nothing_more_in_tables_that_it_has_and_in_those_it_has_not()
    {
        TimeBucket bucket = new TimeBucket(1600, 90, null);
        bucket.Add(1, _budget);
        Assert.Equal(1, bucket.Close());
        for (int mark = 0; mark < 200; mark++) Assert.Equal(ReplayStatus.Conflicting, bucket.Add((UInt128)mark, _budget));
        Assert.Equal(1, _budget.Used);
    }

    [Fact]
    public void A_bucket_with_one_mark_is_small() => Assert.InRange(
        Allocated(() => new TimeBucket(1600, 90, null).Add(1, _budget)), 1, 450);

    [Fact]
    public void After_a_full_bucket_the_next_has_room_for_as_many_at_once()
    {
        TimeBucket before = new TimeBucket(1600, 90, null);
        for (int mark = 0; mark < 50_000; mark++) before.Add((UInt128)mark, _budget);
        long bytes = Allocated(() =>
        {
            var (next, budget) = (new TimeBucket(1608, 90, before), new CapacityLimiter(50_000));
            for (int mark = 0; mark < 50_000; mark++) next.Add((UInt128)mark, budget);
        });
        Assert.InRange(bytes / 50_000.0, 16, 26); // growing from the least size it would be some 75
    }

    [Fact]
    public void After_one_that_is_nearly_empty_it_is_small_again()
    {
        TimeBucket before = new TimeBucket(1600, 90, null);
        for (int mark = 0; mark < 50_000; mark++) before.Add((UInt128)mark, _budget);
        TimeBucket sparse = new TimeBucket(1608, 90, before);
        sparse.Add(1, _budget);
        Assert.InRange(Allocated(() => new TimeBucket(1616, 90, sparse).Add(1, _budget)), 1, 450);
    }

    [Fact]
    public void Of_threads_that_bring_the_first_mark_of_a_table_at_once_one_is_the_first()
    {
        TimeBucket[] buckets = [.. Enumerable.Range(0, 50_000).Select(_ => new TimeBucket(1600, 90, null))];
        int firsts = 0;
        Threads.Run(4, _ =>
        {
            foreach (TimeBucket bucket in buckets)
            {
                if (bucket.Add(7, _budget) == ReplayStatus.First) Interlocked.Increment(ref firsts);
            }
        });
        Assert.Equal((50_000, 50_000), (firsts, buckets.Sum(bucket => bucket.Count)));
    }

    // The least of three times: whatever else the runtime does meanwhile it does once.
    private static long Allocated(Action work) => Enumerable.Range(0, 3).Min(_ =>
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    });
}
