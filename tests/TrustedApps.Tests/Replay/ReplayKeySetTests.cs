using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class ReplayKeySetTests
{
    private readonly CapacityLimiter _budget = new(100_000);
    private readonly ReplayKeySet _table = new(0);

    [Fact]
    public void A_mark_is_first_once()
    {
        Assert.Equal(ReplayStatus.First, Add(5));
        Assert.Equal(ReplayStatus.Repeated, Add(5));
        Assert.Equal((1, 1), (_table.Count, _budget.Used));
    }

    [Fact]
    public void Zero_is_a_mark_like_any_other()
    {
        Add(1);
        Assert.Equal(ReplayStatus.First, Add(0));
        Assert.Equal(ReplayStatus.Repeated, Add(0));
        for (int mark = 2; mark < 100; mark++) Add((UInt128)mark);
        Assert.Equal(ReplayStatus.Repeated, Add(0));
        Assert.Equal(100, _table.Count);
    }

    [Fact]
    public void Marks_are_told_apart_by_all_their_bits()
    {
        for (int bit = 0; bit < 128; bit++) Assert.Equal(ReplayStatus.First, Add(UInt128.One << bit));
        for (int bit = 0; bit < 128; bit++) Assert.Equal(ReplayStatus.Repeated, Add(UInt128.One << bit));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(ulong.MaxValue)] // the last slot: the search goes on at the first
    public void Marks_that_meet_in_one_place_are_all_known(ulong hash)
    {
        // As many as fit without growing: growing asks for the hash itself.
        ReplayKeySet table = new ReplayKeySet(100);
        for (int mark = 1; mark <= 100; mark++) Assert.Equal(ReplayStatus.First, table.Add((UInt128)mark, hash, _budget));
        for (int mark = 1; mark <= 100; mark++) Assert.Equal(ReplayStatus.Repeated, table.Add((UInt128)mark, hash, _budget));
    }

    [Fact]
    public void What_is_known_makes_nothing_grow_and_takes_no_room()
    {
        var (table, budget) = (new ReplayKeySet(10), new CapacityLimiter(10));
        for (int mark = 1; mark <= 10; mark++) table.Add((UInt128)mark, SipHash13.Of((UInt128)mark), budget);
        Assert.Equal(0, Allocation.Of(() => table.Add(10, SipHash13.Of(10), budget)));
        Assert.Equal(ReplayStatus.Repeated, table.Add(10, SipHash13.Of(10), budget));
        Assert.Equal((10, 10), (table.Count, budget.Used));
    }

    [Fact]
    public void What_is_known_gives_back_what_it_took()
    {
        CapacityLimiter budget = new CapacityLimiter(2);
        _table.Add(1, SipHash13.Of(1), budget);
        for (int time = 0; time < 5; time++) Assert.Equal(ReplayStatus.Repeated, _table.Add(1, SipHash13.Of(1), budget));
        Assert.Equal(ReplayStatus.First, _table.Add(2, SipHash13.Of(2), budget));
    }

    [Fact]
    public void Of_threads_that_bring_the_same_marks_each_mark_is_the_first_of_one()
    {
        int firsts = 0, repeated = 0;
        Threads.Run(4, _ =>
        {
            for (int mark = 0; mark < 20_000; mark++)
            {
                ReplayStatus status = Add((UInt128)mark); // it grows meanwhile
                if (status == ReplayStatus.First) Interlocked.Increment(ref firsts);
                if (status == ReplayStatus.Repeated) Interlocked.Increment(ref repeated);
            }
        });
        Assert.Equal((20_000, 60_000), (firsts, repeated));
        Assert.Equal((20_000, 20_000), (_table.Count, _budget.Used));
    }

    [Property]
    public Property It_knows_what_a_set_knows() => ForAll.In(Gen.ListOf(Gen.Choose(0, 300)), numbers =>
    {
        var (table, set) = (new ReplayKeySet(0), new HashSet<UInt128>());
        return numbers.All(number =>
        {
            UInt128 mark = (UInt128)number << (number % 100);
            return table.Add(mark, SipHash13.Of(mark), _budget) == (set.Add(mark) ? ReplayStatus.First : ReplayStatus.Repeated) && table.Count == set.Count;
        });
    });

    [Fact]
    public void Beyond_the_budget_it_takes_nothing_and_knows_what_it_has()
    {
        CapacityLimiter budget = new CapacityLimiter(3);
        for (int mark = 0; mark < 3; mark++) Assert.Equal(ReplayStatus.First, _table.Add((UInt128)mark, SipHash13.Of((UInt128)mark), budget));
        for (int mark = 3; mark < 50; mark++) Assert.Equal(ReplayStatus.Full, _table.Add((UInt128)mark, SipHash13.Of((UInt128)mark), budget));
        for (int mark = 0; mark < 3; mark++) Assert.Equal(ReplayStatus.Repeated, _table.Add((UInt128)mark, SipHash13.Of((UInt128)mark), budget));
        Assert.Equal((3, 3), (_table.Count, budget.Used));
    }

    [Fact]
    public void Nothing_is_allocated_until_it_has_to_grow()
    {
        Assert.Equal(0, AllocatedToFill(0, count: 3));
        Assert.InRange(AllocatedToFill(0, count: 4), 1, 200);
        Assert.Equal(0, AllocatedToFill(1000, count: 1000));

        // The least of three times: whatever else the runtime does meanwhile it does once.
        long AllocatedToFill(int expected, int count) => Enumerable.Range(0, 3).Min(_ =>
        {
            ReplayKeySet table = new ReplayKeySet(expected);
            return Allocated(() =>
            {
                for (int mark = 1; mark <= count; mark++) table.Add((UInt128)mark, SipHash13.Of((UInt128)mark), _budget);
            });
        });
    }

    [Fact]
    public void It_takes_between_21_and_32_bytes_for_a_mark_once_it_is_large()
    {
        long bytes = 0;
        for (int mark = 1; mark <= 50_000; mark++)
        {
            bytes = Math.Max(bytes, Allocated(() => Add((UInt128)mark))); // the last array is the largest
            if (mark > 1000) Assert.InRange(bytes / (double)mark, 21, 32.5);
        }
    }

    [Fact]
    public void Closed_it_takes_nothing_more()
    {
        Add(0);
        Add(1);
        Assert.Equal(2, _table.Close());
        Assert.Equal(0, _table.Close());
        Assert.Equal(ReplayStatus.Conflicting, Add(0));
        Assert.Equal(ReplayStatus.Conflicting, Add(1));
        Assert.Equal(ReplayStatus.Conflicting, Add(2));
        Assert.Equal(0, _table.Count);
        Assert.Equal(ReplayStatus.Conflicting, ReplayKeySet.Closed.Add(1, SipHash13.Of(1), _budget));
    }

    private ReplayStatus Add(UInt128 mark) => _table.Add(mark, SipHash13.Of(mark), _budget);

    private static long Allocated(Action work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
