using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class LegacyReplayCacheTests
{
    private const long Now = 1_000_000;
    private const long Until = Now + 60_000;

    private readonly CapacityLimiter _budget = new(10);
    private readonly LegacyReplayCache _memory;

    public LegacyReplayCacheTests() => _memory = new LegacyReplayCache(_budget);

    [Fact]
    public void Something_is_first_once_and_then_repeated()
    {
        Assert.Equal(ReplayStatus.First, Remember(Mark(1)));
        Assert.Equal(ReplayStatus.Repeated, Remember(Mark(1)));
        Assert.Equal(ReplayStatus.Repeated, Remember(Mark(1)));
        Assert.Equal(ReplayStatus.First, Remember(Mark(2)));
    }

    [Fact]
    public void With_another_companion_it_conflicts()
    {
        Remember(Mark(1, companion: 5));
        Assert.Equal(ReplayStatus.Conflicting, Remember(Mark(1, companion: 6)));
        Assert.Equal(ReplayStatus.Repeated, Remember(Mark(1, companion: 5)));
    }

    [Fact]
    public void One_part_that_conflicts_is_enough_and_nothing_is_written_then()
    {
        Remember(Mark(1, companion: 5));
        Assert.Equal(ReplayStatus.Conflicting, Remember(Mark(2), Mark(1, companion: 6)));
        Assert.Equal(ReplayStatus.Conflicting, Remember(Mark(1, companion: 6), Mark(2)));
        Assert.Equal(1, _budget.Used);
        Assert.Equal(ReplayStatus.First, Remember(Mark(2)));
    }

    [Fact]
    public void One_part_that_is_new_does_not_make_it_the_first()
    {
        Remember(Mark(1));
        Assert.Equal(ReplayStatus.Repeated, Remember(Mark(1), Mark(2)));
        Assert.Equal(ReplayStatus.Conflicting, Remember(Mark(2, companion: 9))); // the new part was written
        Assert.Equal(2, _budget.Used);
    }

    [Theory]
    [InlineData(Until)] // the last moment at which it could be accepted
    [InlineData(Until - 1)]
    [InlineData(Now)]
    public void Nothing_is_forgotten_while_it_could_be_accepted(long later)
    {
        Remember(Mark(1));
        Assert.Equal(ReplayStatus.Repeated, _memory.Remember([Mark(1)], Until, later));
        Assert.Equal(ReplayStatus.Conflicting, _memory.Remember([Mark(1, companion: 7)], Until, later));
    }

    [Theory]
    [InlineData(1_059_999)]
    [InlineData(1_060_000)]
    [InlineData(1_060_001)]
    [InlineData(1_069_999)]
    public void Nor_wherever_in_ten_seconds_it_ends(long until)
    {
        _memory.Remember([Mark(1)], until, Now);
        Assert.Equal(ReplayStatus.Repeated, _memory.Remember([Mark(1)], until, until));
    }

    [Fact]
    public void What_can_no_longer_be_accepted_makes_room()
    {
        for (int number = 0; number < 10; number++) Remember(Mark(number));
        Assert.Equal(10, _budget.Used);
        _memory.DropExpired(Until);
        Assert.Equal(10, _budget.Used);
        _memory.DropExpired(Until + 10_000);
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void It_is_dropped_by_its_end_in_whatever_order_it_came()
    {
        foreach (int number in new[] { 3, 1, 4, 0, 2 }) _memory.Remember([Mark(number)], Now + (number * 20_000), Now);
        for (int number = 0; number < 5; number++)
        {
            Assert.Equal(5 - number, _budget.Used);
            _memory.DropExpired(Now + (number * 20_000) + 10_000);
        }

        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void A_full_memory_says_so_and_still_knows_what_it_holds()
    {
        for (int number = 0; number < 10; number++) Remember(Mark(number));
        Assert.Equal(ReplayStatus.Full, Remember(Mark(10)));
        Assert.Equal(ReplayStatus.Full, Remember(Mark(9), Mark(10)));
        Assert.Equal(ReplayStatus.Repeated, Remember(Mark(9)));
        Assert.Equal(ReplayStatus.Conflicting, Remember(Mark(9, companion: 1)));
        Assert.Equal(10, _budget.Used);
        Assert.Equal(ReplayStatus.First, _memory.Remember([Mark(10)], Until + 60_000, Until + 10_000));
    }

    [Fact]
    public void Both_marks_fit_or_neither_is_written()
    {
        for (int number = 0; number < 9; number++) Remember(Mark(number));
        Assert.Equal(ReplayStatus.Full, Remember(Mark(20), Mark(21)));
        Assert.Equal(9, _budget.Used);
        Assert.Equal(ReplayStatus.First, Remember(Mark(20)));
    }

    [Fact]
    public void It_is_full_when_all_applications_together_are()
    {
        SharedCapacity small = new SharedCapacity(1);
        LegacyReplayCache memory = new LegacyReplayCache(new CapacityLimiter(10, small));
        Assert.Equal(ReplayStatus.First, memory.Remember([Mark(1)], Until, Now));
        Assert.Equal(ReplayStatus.Full, memory.Remember([Mark(2)], Until, Now));
        Assert.False(small.HasRoom(1));
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_bring_back_what_was_dropped()
    {
        Remember(Mark(1));
        _memory.DropExpired(Until + 10_000);
        Assert.Equal(ReplayStatus.Conflicting, Remember(Mark(1)));
        Assert.Equal(ReplayStatus.Conflicting, Remember(Mark(2))); // nobody can tell any more
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void A_clock_that_is_set_back_leaves_what_ends_after_all_that_was_dropped()
    {
        Remember(Mark(1));
        _memory.DropExpired(Until + 10_000); // up to 1,069,999 may be gone
        Assert.Equal(ReplayStatus.Conflicting, _memory.Remember([Mark(2)], 1_069_999, Now));
        Assert.Equal(ReplayStatus.First, _memory.Remember([Mark(2)], 1_070_000, Now));
        Assert.Equal(ReplayStatus.Repeated, _memory.Remember([Mark(2)], 1_070_000, Now));
    }

    [Fact]
    public void What_is_gone_stays_gone_when_something_that_ended_earlier_is_dropped_later()
    {
        Remember(Mark(1));
        _memory.DropExpired(Until + 10_000);
        _memory.Remember([Mark(2)], 1_070_000, Now);
        _memory.DropExpired(1_080_000);
        Assert.Equal(ReplayStatus.Conflicting, _memory.Remember([Mark(2)], 1_079_999, Now));
    }

    [Fact]
    public void What_is_looked_for_is_not_remembered()
    {
        Assert.Null(_memory.Find([Mark(1)], Now));
        Assert.Equal(ReplayStatus.First, Remember(Mark(1)));
        Assert.Equal(ReplayStatus.Repeated, _memory.Find([Mark(1)], Now));
        Assert.Equal(ReplayStatus.Conflicting, _memory.Find([Mark(1, companion: 6)], Now));
        Assert.Equal(ReplayStatus.Conflicting, _memory.Find([Mark(2), Mark(1, companion: 6)], Now));
        Assert.Null(_memory.Find([Mark(1), Mark(2)], Now)); // a part is missing: somebody else has to say
        Assert.Equal(1, _budget.Used);
        Assert.Null(_memory.Find([Mark(1)], Until + 10_000)); // gone
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void What_is_looked_for_may_find_no_room()
    {
        for (int number = 0; number < 9; number++) Remember(Mark(number));
        Assert.Null(_memory.Find([Mark(9)], Now));
        Assert.Null(_memory.Find([Mark(1), Mark(9)], Now));
        Assert.Equal(ReplayStatus.Full, _memory.Find([Mark(9), Mark(10)], Now));
        Assert.Equal(ReplayStatus.Repeated, _memory.Find([Mark(7), Mark(8)], Now));
    }

    [Property(MaxTest = 1000)]
    public Property It_answers_like_a_memory_that_never_forgets() => ForAll.In(
        Gen.ListOf(from advance in Gen.Choose(0, 4000) from key in Gen.Choose(0, 30) from companion in Gen.Choose(0, 1) select (advance, key, companion)),
        events =>
        {
            LegacyReplayCache memory = new LegacyReplayCache(new CapacityLimiter(1000));
            var known = new Dictionary<int, int>();
            long now = Now;
            foreach ((int advance, int key, int companion) in events)
            {
                now += advance;
                long until = Now + (key * 3_333); // an assertion has one end
                if (until < now) continue; // too old: the verifier does not ask
                ReplayStatus expected = known.TryAdd(key, companion)
                    ? ReplayStatus.First
                    : known[key] == companion ? ReplayStatus.Repeated : ReplayStatus.Conflicting;
                if (memory.Remember([Mark(key, companion)], until, now) != expected) return false;
            }

            return true;
        });

    private static ReplayKey Mark(int key, int companion = 0) => new((UInt128)key, (UInt128)companion);

    private ReplayStatus Remember(params ReplayKey[] marks) => _memory.Remember(marks, Until, Now);
}
