using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class InMemoryReplayCacheTests
{
    private const long Now = 1_600_000;
    private const long Until = Now + 60_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Applications_do_not_see_each_others_marks(bool onceOnly)
    {
        InMemoryReplayCache memory = Memory();
        Assert.Equal(ReplayStatus.First, Remember(memory, onceOnly, "wiki", 1));
        Assert.Equal(ReplayStatus.First, Remember(memory, onceOnly, "blog", 1));
        Assert.Equal(ReplayStatus.First, Remember(memory, onceOnly, "Wiki", 1));
        Assert.Equal(ReplayStatus.Repeated, Remember(memory, onceOnly, "wiki", 1));
        Assert.Equal(3, memory.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_application_that_is_full_leaves_the_others_their_room(bool onceOnly)
    {
        InMemoryReplayCache memory = Memory(capacity: 10, capacityPerApplication: 4);
        for (int number = 0; number < 4; number++) Remember(memory, onceOnly, "wiki", number);
        Assert.Equal(ReplayStatus.Full, Remember(memory, onceOnly, "wiki", 4));
        Assert.Equal(ReplayStatus.First, Remember(memory, onceOnly, "blog", 4));
        Assert.Equal(ReplayStatus.Repeated, Remember(memory, onceOnly, "wiki", 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_together_are_bounded_and_nothing_is_pushed_out(bool onceOnly)
    {
        // The shared bound, and with two applications a reserve of two for each.
        InMemoryReplayCache memory = Memory(capacity: 8, capacityPerApplication: 7);
        Remember(memory, onceOnly, "blog", 0);
        for (int number = 0; number < 7; number++) Remember(memory, onceOnly, "wiki", number);
        for (int number = 1; number < 5; number++) Assert.Equal(ReplayStatus.First, Remember(memory, onceOnly, "blog", number));
        Assert.Equal(ReplayStatus.Full, Remember(memory, onceOnly, "blog", 5));
        Assert.Equal(12, memory.Count);

        // With the third the reserves are half as large, and what exceeds them counts to the shared bound.
        Assert.Equal(ReplayStatus.First, Remember(memory, onceOnly, "shop", 1));
        Assert.Equal(ReplayStatus.Full, Remember(memory, onceOnly, "shop", 2));
        Assert.Equal(13, memory.Count);
        Assert.All(Enumerable.Range(0, 7), number => Assert.Equal(ReplayStatus.Repeated, Remember(memory, onceOnly, "wiki", number)));
        Assert.All(Enumerable.Range(0, 5), number => Assert.Equal(ReplayStatus.Repeated, Remember(memory, onceOnly, "blog", number)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_recovers_when_what_silent_applications_hold_has_expired(bool onceOnly)
    {
        InMemoryReplayCache memory = Memory(capacity: 4, capacityPerApplication: 4);
        for (int number = 0; number < 4; number++) Remember(memory, onceOnly, "wiki", number);
        Assert.Equal(ReplayStatus.First, Remember(memory, onceOnly, "blog", 0)); // its reserve
        Assert.Equal(ReplayStatus.First, Remember(memory, onceOnly, "blog", 1)); // what is left of the shared bound
        Assert.Equal(ReplayStatus.Full, Remember(memory, onceOnly, "blog", 2));
        Assert.Equal(ReplayStatus.Full, Remember(memory, onceOnly, "blog", 2, now: Until));
        for (int number = 2; number < 6; number++) Assert.Equal(ReplayStatus.First, Remember(memory, onceOnly, "blog", number, issuedAt: Until, now: Until + 10_000));
        Assert.Equal(4, memory.Count);
    }

    [Fact]
    public void The_default_value_is_not_looked_for() =>
        Assert.Throws<ArgumentException>("record", () => Memory(capacity: 2, capacityPerApplication: 2).Find(default));

    [Fact]
    public void What_is_looked_for_finds_the_room_that_silent_applications_leave()
    {
        InMemoryReplayCache memory = Memory(capacity: 2, capacityPerApplication: 2);
        Remember(memory, onceOnly: false, "wiki", 1);
        Remember(memory, onceOnly: true, "wiki", 2);
        Assert.Equal(new ReplayResult(ReplayStatus.Repeated), memory.Find(ReplayEntry.Legacy("wiki", [Mark(1)], Now, Until, Now)));
        Assert.Equal(new ReplayResult(ReplayStatus.Full), memory.Find(ReplayEntry.Legacy("blog", [Mark(1)], Now, Until, Now)));
        Assert.Null(memory.Find(ReplayEntry.Legacy("blog", [Mark(1)], Until + 10_000, Until + 70_000, Until + 10_000)));
        Assert.Equal(0, memory.Count);
    }

    [Fact]
    public void It_looks_at_the_silent_ones_once_a_second_which_is_as_often_as_anything_can_expire()
    {
        InMemoryReplayCache memory = Memory(capacity: 2, capacityPerApplication: 2);
        Remember(memory, onceOnly: true, "wiki", 1);
        Remember(memory, onceOnly: true, "wiki", 2);
        for (long now = Now; now < Until + 8000; now += 250)
        {
            Assert.Equal(ReplayStatus.Full, Remember(memory, onceOnly: true, "blog", 1, issuedAt: now, now: now));
        }

        Assert.Equal(ReplayStatus.First, Remember(memory, onceOnly: true, "blog", 1, issuedAt: Until, now: Until + 8000)); // 7 s later in its bucket, and the whole second
    }

    [Fact]
    public void The_two_bounds_are_those_of_the_options()
    {
        Assert.Equal(ReplayStatus.First, Remember(Memory(1, 1), onceOnly: true, "wiki", 1));
        Assert.Equal(ReplayStatus.First, Remember(Memory(1, 1), onceOnly: false, "wiki", 1));
        Assert.Equal(ReplayStatus.First, Remember(new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }), onceOnly: false, "wiki", 1));
    }

    [Fact]
    public async Task The_default_value_is_no_record() => await Assert.ThrowsAsync<ArgumentException>(
        "record", async () => await Memory().TryAddAsync(default, TestContext.Current.CancellationToken));

    // The start.
    [Theory]
    [InlineData(1_600_000, 30_000, 1630)]
    [InlineData(1_600_001, 30_000, 1631)] // both are rounded up
    [InlineData(1_600_999, 30_000, 1631)]
    [InlineData(1_600_000, 29_001, 1630)]
    [InlineData(1_600_000, 0, 1600)]
    [InlineData(1_600_000, 60_000, 1660)]
    public void What_an_earlier_process_may_have_accepted_is_refused_for_the_time_being(long start, int skew, long horizon)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(start));
        InMemoryReplayCache memory = new InMemoryReplayCache(new InMemoryReplayCacheOptions { ClockSkew = TimeSpan.FromMilliseconds(skew) }, clock);
        clock.Advance(TimeSpan.FromHours(1)); // only the start counts

        Assert.Equal(new ReplayResult(ReplayStatus.Starting, TimeSpan.FromSeconds(1)), Ask(horizon * 1000));
        Assert.Equal(new ReplayResult(ReplayStatus.Starting, TimeSpan.FromSeconds(11)), Ask((horizon - 10) * 1000));
        Assert.Equal(0, memory.Count);
        Assert.Equal(new ReplayResult(ReplayStatus.First), Ask((horizon + 1) * 1000));

        ReplayResult Ask(long issuedAt) => RememberAnswer(memory, ReplayEntry.Once("wiki", 1, issuedAt, issuedAt + 90_000, start));
    }

    [Fact]
    public void Waiting_as_long_as_it_says_is_enough()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Now));
        InMemoryReplayCache memory = new InMemoryReplayCache(time: clock);
        for (long behind = 0; behind <= 120; behind++)
        {
            long issuedAt = Now - (behind * 1000); // a consumer whose clock is behind
            TimeSpan? wait = RememberAnswer(memory, ReplayEntry.Once("wiki", 1, issuedAt, issuedAt + 120_000, Now)).RetryAfter;
            long again = issuedAt + (long)wait!.Value.TotalMilliseconds;
            Assert.Equal(ReplayStatus.First, RememberAnswer(memory, ReplayEntry.Once($"application {behind}", 1, again, again + 120_000, Now)).Status);
            Assert.Equal(ReplayStatus.Starting, RememberAnswer(memory, ReplayEntry.Once("wiki", 1, again - 1000, again + 120_000, Now)).Status);
        }
    }

    [Fact]
    public void A_new_installation_has_accepted_nothing_before()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Now));
        Assert.Equal(ReplayStatus.First, Remember(new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }, clock), onceOnly: true, "wiki", 1, issuedAt: 0, until: 1));
        Assert.Equal(ReplayStatus.Starting, Remember(new InMemoryReplayCache(time: clock), onceOnly: true, "wiki", 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60_000)]
    [InlineData(960_000)]
    public void Under_older_versions_the_start_and_how_far_ahead_a_stamp_may_be_count(long ahead)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Now));
        InMemoryReplayCache memory = new InMemoryReplayCache(time: clock);
        clock.Advance(TimeSpan.FromHours(1)); // only the start counts

        Assert.Equal(new ReplayResult(ReplayStatus.Starting, TimeSpan.FromMilliseconds(1)), Ask(Now + ahead));
        Assert.Equal(new ReplayResult(ReplayStatus.Starting, TimeSpan.FromMilliseconds(10_001)), Ask(Now + ahead - 10_000));
        Assert.Equal(0, memory.Count);
        Assert.Equal(new ReplayResult(ReplayStatus.First), Ask(Now + ahead + 1));
        Assert.Equal(new ReplayResult(ReplayStatus.Repeated), Ask(Now + ahead + 1));
        Assert.Equal(ReplayStatus.Starting, RememberAnswer(memory, ReplayEntry.Legacy("blog", [Mark(1)], long.MinValue, Until, Now, ahead)).Status);

        ReplayResult Ask(long issuedAt) => RememberAnswer(memory, ReplayEntry.Legacy("wiki", [Mark(1)], issuedAt, issuedAt + 90_000, Now, ahead));
    }

    [Fact]
    public void Without_a_clock_it_starts_now() =>
        Assert.Equal(ReplayStatus.Starting, Remember(new InMemoryReplayCache(), onceOnly: true, "wiki", 1, issuedAt: TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), until: long.MaxValue));

    // Threads.
    [Fact]
    public void Of_many_identical_assertions_at_once_exactly_one_is_the_first()
    {
        InMemoryReplayCache memory = Memory();
        int[] firsts = new int[2000];
        int others = 0;
        Threads.Run(8, _ =>
        {
            for (int number = 0; number < firsts.Length; number++)
            {
                ReplayEntry record = ReplayEntry.Legacy("wiki", [Mark(2 * number), Mark((2 * number) + 1)], Now, Until, Now);
                ReplayStatus status = RememberAnswer(memory, record).Status;
                if (status == ReplayStatus.First) Interlocked.Increment(ref firsts[number]);
                else if (status != ReplayStatus.Repeated) Interlocked.Increment(ref others);
            }
        });
        Assert.All(firsts, count => Assert.Equal(1, count));
        Assert.Equal(0, others);
        Assert.Equal(4000, memory.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5000)] // each is the first of its application
    public void Of_many_identical_ones_of_version_4_too(int applications)
    {
        InMemoryReplayCache memory = Memory();
        string[] ids = [.. Enumerable.Range(0, applications).Select(number => $"application {number}")];
        int[] firsts = new int[5000];
        int others = 0;
        Threads.Run(8, _ =>
        {
            for (int number = 0; number < firsts.Length; number++)
            {
                ReplayStatus status = Remember(memory, onceOnly: true, ids[number % applications], number, issuedAt: Now + (number * 5));
                if (status == ReplayStatus.First) Interlocked.Increment(ref firsts[number]);
                else if (status != ReplayStatus.Repeated) Interlocked.Increment(ref others);
            }
        });
        Assert.All(firsts, count => Assert.Equal(1, count));
        Assert.Equal(0, others);
        Assert.Equal(5000, memory.Count);
    }

    [Fact]
    public void Different_ones_at_once_are_all_first_and_stay_known_while_the_tables_grow()
    {
        InMemoryReplayCache memory = Memory();
        int wrong = 0;
        Threads.Run(8, thread =>
        {
            for (int number = 0; number < 10_000; number++)
            {
                int mark = (number * 8) + thread;
                if (Remember(memory, onceOnly: true, "wiki", mark) != ReplayStatus.First) Interlocked.Increment(ref wrong);
                if (Remember(memory, onceOnly: true, "wiki", mark - (mark / 2 / 8 * 8)) != ReplayStatus.Repeated) Interlocked.Increment(ref wrong); // an earlier one of this thread
            }
        });
        Assert.Equal(0, wrong);
        Assert.Equal(80_000, memory.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Threads_that_fill_it_never_get_more_in_than_there_is_room_for(bool onceOnly)
    {
        InMemoryReplayCache memory = Memory(capacity: 500, capacityPerApplication: 200);
        int firsts = 0;
        Threads.Run(8, thread =>
        {
            for (int number = 0; number < 300; number++)
            {
                if (Remember(memory, onceOnly, $"application {thread}", number) == ReplayStatus.First) Interlocked.Increment(ref firsts);
            }
        });
        Assert.InRange(firsts, 500, 500 + 250 + (3 * 125)); // the reserves, which are halved three times
        Assert.Equal(firsts, memory.Count);
    }

    // What it costs.
    [Fact]
    public void It_answers_at_once_and_allocates_nothing_but_room_to_grow()
    {
        InMemoryReplayCache memory = Memory();
        for (int number = 0; number < 20_000; number++) Remember(memory, onceOnly: true, "wiki", number);

        CancellationToken token = TestContext.Current.CancellationToken;
        int grown = 0;
        for (int number = 20_000; number < 40_000; number++)
        {
            ReplayEntry record = ReplayEntry.Once("wiki", (UInt128)number, Now, Until, Now);
            long before = GC.GetAllocatedBytesForCurrentThread();
            ValueTask<ReplayResult> answer = memory.TryAddAsync(record, token);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(answer.IsCompletedSuccessfully);
            if (allocated > 0) grown++;
        }

        Assert.InRange(grown, 1, 48); // sixteen tables that grow by half

        Assert.Equal(0, Enumerable.Range(0, 3).Min(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int number = 0; number < 1000; number++) Remember(memory, onceOnly: true, "wiki", number);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
    }

    // Against one that never forgets and has no buckets: it says what must be, and what may be where marks may be gone.
    [Property(MaxTest = 2000)]
    public Property It_never_lets_a_mark_come_twice_and_never_refuses_a_new_one_that_could_not_be_old() =>
        ForAll.In(Gen.ListOf(_steps), AgreesWithOneThatNeverForgets);

    private static readonly Gen<Step> _steps =
        from move in Gen.Frequency((6, Gen.Choose(0, 3)), (3, Gen.Choose(0, 60)), (1, Gen.Choose(-200, 200)))
        from milliseconds in Gen.Choose(0, 999)
        from application in Gen.Choose(0, 2)
        from age in Gen.Choose(-30, 90)
        from again in Gen.Frequency((2, Gen.Constant(-1)), (1, Gen.Choose(0, 1000)))
        from widen in Gen.Frequency((20, Gen.Constant(0)), (1, Gen.Choose(1, 300)))
        select new Step(move, milliseconds, application, age, again, widen);

    private static bool AgreesWithOneThatNeverForgets(IList<Step> steps)
    {
        InMemoryReplayCache memory = Memory();
        var known = new List<(int Application, long IssuedAt)>(); // the index is the mark, 0 among them
        long[] latest = new long[3];
        (long second, long least, long lifetime) = (1_795_000_000, 90, 90);
        foreach (Step step in steps)
        {
            second += step.Move;
            lifetime += step.Widen;
            bool isAgain = step.Again >= 0 && known.Count > 0;
            int mark = isAgain ? step.Again % known.Count : known.Count;
            (int application, long issuedAt) = isAgain ? known[mark] : (step.Application, second - step.Age);
            if (issuedAt > second + 30 || issuedAt + lifetime < second) continue; // the verifier would not ask

            latest[application] = Math.Max(latest[application], second);
            ReplayStatus status = RememberAnswer(memory, ReplayEntry.Once(
                $"application {application}", (UInt128)mark, issuedAt * 1000, (issuedAt + lifetime) * 1000, (second * 1000) + step.Milliseconds)).Status;

            bool isSurelyHeld = issuedAt + least >= latest[application];
            ReplayStatus expected = isAgain ? ReplayStatus.Repeated : ReplayStatus.First;
            if (status != expected && (isSurelyHeld || status != ReplayStatus.Conflicting)) return false;
            if (status == ReplayStatus.First) known.Add((application, issuedAt));
            if (memory.Count > known.Count || memory.Count < known.Count(one => one.IssuedAt + least >= latest[one.Application])) return false;
        }

        return true;
    }

    private sealed record Step(int Move, int Milliseconds, int Application, int Age, int Again, int Widen);

    private static ReplayKey Mark(int key) => new((UInt128)key, 0);

    private static InMemoryReplayCache Memory(int capacity = 4_000_000, int capacityPerApplication = 500_000) =>
        new(new InMemoryReplayCacheOptions { Capacity = capacity, CapacityPerApplication = capacityPerApplication, IsNewInstallation = true });

    private static ReplayStatus Remember(
        InMemoryReplayCache memory, bool onceOnly, string application, int key, long issuedAt = Now, long? until = null, long now = Now)
    {
        long end = until ?? issuedAt + (Until - Now);
        return RememberAnswer(memory, onceOnly
            ? ReplayEntry.Once(application, (UInt128)key, issuedAt, end, now)
            : ReplayEntry.Legacy(application, [Mark(key)], issuedAt, end, now)).Status;
    }

    private static ReplayResult RememberAnswer(InMemoryReplayCache memory, ReplayEntry record)
    {
        ValueTask<ReplayResult> answer = memory.TryAddAsync(record, CancellationToken.None);
        return answer.IsCompleted ? answer.Result : throw new InvalidOperationException("It waits.");
    }
}
