using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class NonceCacheTests
{
    private const long Now = 1_600_000; // milliseconds; the first second of a bucket
    private const long Lifetime = 90_000; // time-out and skew

    private readonly CapacityLimiter _budget = new(10);
    private readonly NonceCache _memory;

    public NonceCacheTests() => _memory = new NonceCache(_budget, StartupHorizon.First);

    [Fact]
    public void A_mark_is_first_once_and_then_repeated()
    {
        Assert.Equal(ReplayStatus.First, Remember(1));
        Assert.Equal(ReplayStatus.Repeated, Remember(1));
        Assert.Equal(ReplayStatus.First, Remember(0));
        Assert.Equal(ReplayStatus.Repeated, Remember(0));
        Assert.Equal(2, _budget.Used);
    }

    [Fact]
    public void Stragglers_get_no_room_in_advance()
    {
        const int full = 20_000;
        NonceCache memory = new NonceCache(new CapacityLimiter(full), StartupHorizon.First);
        for (int mark = 0; mark < full; mark++) memory.Remember((UInt128)mark, Now, Now + Lifetime, Now);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int bucket = 10; bucket > 0; bucket--) memory.Remember((UInt128)bucket, Now + (bucket * 8000), Now + Lifetime + (bucket * 8000), Now);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, full * 16); // less than the marks of one bucket take
    }

    [Fact]
    public void It_is_known_until_the_last_moment_and_refused_ever_after()
    {
        Remember(1);
        for (long now = Now; now < Now + Lifetime + 1000; now += 500) Assert.Equal(ReplayStatus.Repeated, Remember(1, now: now));
        for (long now = Now + Lifetime + 1000; now < Now + (3 * Lifetime); now += 500) Assert.True(Remember(1, now: now) is ReplayStatus.Repeated or ReplayStatus.Conflicting);
        Assert.Equal(ReplayStatus.Conflicting, Remember(1, now: Now + (3 * Lifetime)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Whatever_was_issued_in_the_same_eight_seconds_can_still_come_for_as_long_as_it_is_acceptable(int seconds)
    {
        Remember(1); // issued first, and all that is known of this time
        long issuedAt = Now + (seconds * 1000);
        Assert.Equal(ReplayStatus.First, Remember(2, issuedAt, now: issuedAt + Lifetime + 999));
    }

    [Fact]
    public void Then_all_of_these_seconds_is_dropped_and_refused_from_there_on()
    {
        Remember(1);
        _memory.DropExpired(Now + 7000 + Lifetime + 999);
        Assert.Equal(1, _budget.Used);
        _memory.DropExpired(Now + 7000 + Lifetime + 1000);
        Assert.Equal(0, _budget.Used);
        Assert.Equal(ReplayStatus.Conflicting, Remember(2, Now + 7999));
        Assert.Equal(ReplayStatus.Conflicting, Remember(2, 0));
        Assert.Equal(ReplayStatus.First, Remember(2, Now + 8000));
    }

    [Fact]
    public void Nothing_is_refused_because_nothing_came_for_a_while()
    {
        Remember(1);
        long later = Now + 3_600_000;
        Assert.Equal(ReplayStatus.First, Remember(2, later - Lifetime, now: later));
        Assert.Equal(ReplayStatus.First, Remember(3, later + 30_000, now: later));
    }

    [Fact]
    public void A_clock_that_is_set_back_revives_nothing()
    {
        Remember(1);
        Remember(2, Now + 3_600_000, now: Now + 3_600_000); // a clock that was wrong: the first is dropped
        Assert.Equal(ReplayStatus.Conflicting, Remember(1));
        Assert.Equal(ReplayStatus.Conflicting, Remember(3));
        Assert.Equal(ReplayStatus.Repeated, Remember(2, Now + 3_600_000));
        Assert.Equal(ReplayStatus.First, Remember(3, Now + 8000));
        Assert.Equal(ReplayStatus.Repeated, Remember(3, Now + 8000));
    }

    [Fact]
    public void What_was_dropped_stays_refused_when_something_issued_earlier_is_dropped_after_it()
    {
        Remember(1, Now + 800_000, now: Now + 800_000);
        _memory.DropExpired(Now + 1_600_000);
        Remember(2, Now + 808_000);
        _memory.DropExpired(Now + 1_600_000);
        Assert.Equal(ReplayStatus.Conflicting, Remember(1, Now + 800_000));
        Assert.Equal(ReplayStatus.Conflicting, Remember(3, Now));
    }

    [Fact]
    public void A_time_out_that_is_raised_brings_nothing_back()
    {
        Remember(1);
        _memory.DropExpired(Now + 7000 + Lifetime + 1000);
        long now = Now + 7000 + Lifetime + 1000;
        Assert.Equal(ReplayStatus.Conflicting, Remember(1, lifetime: 930_000, now: now));
        Assert.Equal(ReplayStatus.Conflicting, Remember(2, lifetime: 930_000, now: now));
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void A_time_out_that_is_raised_holds_for_all_that_was_issued_at_that_time()
    {
        Remember(1);
        Remember(2, Now + 1000, lifetime: 930_000);
        long last = Now + 1000 + 930_000;
        Assert.Equal(ReplayStatus.Repeated, Remember(1, lifetime: 930_000, now: last - 1000));
        Assert.Equal(ReplayStatus.Repeated, Remember(2, Now + 1000, lifetime: 930_000, now: last));
    }

    [Fact]
    public void Only_coming_again_with_it_is_enough()
    {
        Remember(1);
        Assert.Equal(ReplayStatus.Repeated, Remember(1, lifetime: 930_000));
        Assert.Equal(ReplayStatus.Repeated, Remember(1, lifetime: 930_000, now: Now + 930_000));
    }

    [Fact]
    public void A_time_out_that_is_lowered_leaves_what_was_issued_before()
    {
        Remember(1, lifetime: 930_000);
        Remember(2, Now + 8000);
        _memory.DropExpired(Now + 8000 + 7000 + Lifetime + 1000); // by itself the second would go
        Assert.Equal(ReplayStatus.Repeated, Remember(1, lifetime: 930_000, now: Now + 930_000));
        Assert.Equal(2, _budget.Used);
        _memory.DropExpired(Now + 7000 + 930_000 + 1000);
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void It_is_dropped_by_when_it_was_issued_in_whatever_order_it_came()
    {
        foreach (int number in new[] { 3, 1, 4, 0, 2 }) Remember((UInt128)number, Now + (number * 20_000));
        for (int number = 0; number < 5; number++)
        {
            Assert.Equal(5 - number, _budget.Used);
            _memory.DropExpired(Now + (number * 20_000) + 8000 + Lifetime);
        }

        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void What_comes_late_is_dropped_in_its_time_too()
    {
        Remember(1, Now + 80_000);
        Remember(2, Now); // behind the one that is there
        _memory.DropExpired(Now + 8000 + Lifetime);
        Assert.Equal(1, _budget.Used);
        Assert.Equal(ReplayStatus.Repeated, Remember(1, Now + 80_000));
    }

    [Fact]
    public void Full_it_says_so_and_until_when_and_still_knows_what_it_holds()
    {
        for (int mark = 0; mark < 10; mark++) Remember((UInt128)mark, Now + (mark * 1000));
        ReplayResult answer = _memory.Remember(10, Now + 9000, Now + 9000 + Lifetime, Now + 9000);
        Assert.Equal((ReplayStatus.Full, TimeSpan.FromSeconds(89)), (answer.Status, answer.RetryAfter!.Value)); // 1,600 + 7 + 90 + 1 - 1,609
        Assert.Equal(ReplayStatus.Repeated, Remember(9, Now + 9000));

        long then = Now + 9000 + 89_000;
        Assert.Equal(ReplayStatus.Full, Remember(10, then, now: then - 1));
        Assert.Equal(ReplayStatus.First, Remember(10, then, now: then));
    }

    [Fact]
    public void Full_of_what_others_hold_nobody_knows_until_when()
    {
        Assert.True(_budget.TryTake(10));
        ReplayResult answer = _memory.Remember(1, Now, Now + Lifetime, Now);
        Assert.Equal((ReplayStatus.Full, (TimeSpan?)null), (answer.Status, answer.RetryAfter));
        _budget.GiveBack(1);
        Assert.Equal(ReplayStatus.First, Remember(1));
        Assert.NotNull(_memory.Remember(2, Now, Now + Lifetime, Now).RetryAfter);
    }

    [Fact]
    public void Room_waits_for_an_older_bucket_though_it_is_empty()
    {
        Assert.True(_budget.TryTake(10));
        Remember(1, lifetime: 930_000); // full: its bucket stays empty
        _budget.GiveBack(1);
        Assert.Equal(ReplayStatus.First, Remember(2, Now + 8000));
        Assert.Equal(TimeSpan.FromSeconds(7 + 930 + 1), _memory.Remember(3, Now + 8000, Now + 8000 + Lifetime, Now).RetryAfter);
    }

    [Fact]
    public void Where_traffic_is_even_nothing_has_to_grow()
    {
        NonceCache memory = new NonceCache(new CapacityLimiter(1_000_000), StartupHorizon.First);
        Assert.InRange(FillSecond(1600), 50, 100); // bytes a mark, all arrays that were outgrown among them
        Assert.InRange(FillSecond(1608), 16, 26);
        Assert.InRange(FillSecond(1616), 16, 26);

        double FillSecond(long second)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int mark = 0; mark < 50_000; mark++) memory.Remember((UInt128)mark, second * 1000, (second * 1000) + Lifetime, second * 1000);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / 50_000.0;
        }
    }

    [Fact]
    public void What_may_have_been_accepted_before_the_start_has_to_be_issued_again_after_it()
    {
        NonceCache memory = new NonceCache(_budget, StartAt(1630));
        Assert.Equal(new ReplayResult(ReplayStatus.Starting, TimeSpan.FromSeconds(31)), Ask(1600_000));
        Assert.Equal(new ReplayResult(ReplayStatus.Starting, TimeSpan.FromSeconds(1)), Ask(1630_999));
        Assert.Equal(0, _budget.Used);
        Assert.Equal(new ReplayResult(ReplayStatus.First), Ask(1631_000));
        Assert.Equal(new ReplayResult(ReplayStatus.Repeated), Ask(1631_000));

        ReplayResult Ask(long issuedAt) => memory.Remember(1, issuedAt, issuedAt + Lifetime, Now);
    }

    [Fact]
    public void Where_both_horizons_forbid_it_it_counts_as_replayed()
    {
        NonceCache memory = new NonceCache(_budget, StartAt(1630));
        memory.Remember(1, 1631_000, 1631_000 + Lifetime, 1631_000);
        memory.DropExpired(1631_000 + 8000 + Lifetime);
        Assert.Equal(new ReplayResult(ReplayStatus.Conflicting), memory.Remember(2, 1600_000, 1600_000 + Lifetime, 1631_000));
    }

    [Fact]
    public void Of_the_identical_at_once_one_is_first_while_its_time_ends()
    {
        // Some threads say that it has ended; the others must find it, or its end, and lose no count.
        CapacityLimiter budget = new CapacityLimiter(1_000_000);
        NonceCache memory = new NonceCache(budget, StartupHorizon.First);
        int[] firsts = new int[20_000];
        Threads.Run(4, thread =>
        {
            for (int number = 0; number < firsts.Length; number++)
            {
                long issuedAt = Now + (number * 1000L / 4);
                long now = issuedAt + (thread % 2 == 0 ? 0 : 9000);
                if (memory.Remember((UInt128)(number % 3), issuedAt, issuedAt + 1, now).Status == ReplayStatus.First) Interlocked.Increment(ref firsts[number]);
            }
        });
        Assert.All(firsts, count => Assert.InRange(count, 0, 1));
        Assert.InRange(firsts.Sum(), 1, firsts.Length);
        memory.DropExpired(long.MaxValue);
        Assert.Equal(0, budget.Used);
    }

    private ReplayStatus Remember(UInt128 mark, long issuedAt = Now, long lifetime = Lifetime, long now = Now) =>
        _memory.Remember(mark, issuedAt, issuedAt + lifetime, now).Status;

    private static StartupHorizon StartAt(long horizon) => StartupHorizon.Continue(StartupTimes.None with { Horizon = horizon }, TimeSpan.Zero, TimeProvider.System);
}
