using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class ApplicationReplayCacheTests
{
    private const long Now = 1_600_000;
    private const long Until = Now + 90_000;

    private static readonly StartupHorizon _start = StartupHorizon.Continue(StartupTimes.None with { Horizon = 1599, Moment = Now - 1 }, TimeSpan.Zero, TimeProvider.System);

    private readonly CapacityLimiter _budget = new(3);
    private readonly ApplicationReplayCache _memory;

    public ApplicationReplayCacheTests() => _memory = new ApplicationReplayCache(_budget, _start);

    [Fact]
    public void Once_only_and_older_marks_are_told_apart_and_share_the_room()
    {
        Assert.Equal(ReplayStatus.First, Once(1));
        Assert.Equal(ReplayStatus.First, Legacy(1));
        Assert.Equal(ReplayStatus.Repeated, Once(1));
        Assert.Equal(ReplayStatus.Repeated, Legacy(1));
        Assert.Equal(ReplayStatus.First, Legacy(2));
        Assert.Equal(ReplayStatus.Full, Once(3));
        Assert.Equal(ReplayStatus.Full, Legacy(3));
    }

    [Fact]
    public void The_start_is_a_horizon_for_both()
    {
        Assert.Equal(ReplayStatus.Starting, Once(1, Now - 1));
        Assert.Equal(ReplayStatus.Starting, Legacy(1, Now - 1));
    }

    [Fact]
    public void Both_are_dropped()
    {
        _memory.DropExpired(Now);
        Once(1);
        Legacy(1);
        _memory.DropExpired(Until + 20_000);
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void A_companion_counts_for_older_marks()
    {
        Assert.Equal(ReplayStatus.First, Remember(ReplayEntry.Legacy("wiki", [new(1, 5), new(2, 5)], Now, Until, Now)));
        Assert.Equal(ReplayStatus.Conflicting, Remember(ReplayEntry.Legacy("wiki", [new(2, 6)], Now, Until, Now)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_threads_that_bring_the_first_mark_of_an_application_at_once_one_is_the_first(bool onceOnly)
    {
        ApplicationReplayCache[] memories = [.. Enumerable.Range(0, 20_000).Select(_ => new ApplicationReplayCache(new CapacityLimiter(1), _start))];
        ReplayEntry record = onceOnly ? ReplayEntry.Once("wiki", 1, Now, Until, Now) : ReplayEntry.Legacy("wiki", [new(1, 0)], Now, Until, Now);
        int firsts = 0, repeated = 0;
        Threads.Run(4, _ =>
        {
            foreach (ApplicationReplayCache memory in memories)
            {
                ReplayStatus status = memory.TryAdd(record).Status;
                if (status == ReplayStatus.First) Interlocked.Increment(ref firsts);
                if (status == ReplayStatus.Repeated) Interlocked.Increment(ref repeated);
            }
        });
        Assert.Equal((20_000, 60_000), (firsts, repeated));
    }

    private ReplayStatus Once(int mark, long issuedAt = Now) => Remember(ReplayEntry.Once("wiki", (UInt128)mark, issuedAt, Until, Now));

    private ReplayStatus Legacy(int mark, long issuedAt = Now) => Remember(ReplayEntry.Legacy("wiki", [new((UInt128)mark, 0)], issuedAt, Until, Now));

    private ReplayStatus Remember(ReplayEntry record) => _memory.TryAdd(record).Status;
}
