using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class StartupHorizonTests
{
    private static readonly TimeSpan _skew = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_accepted_before_a_start_with_a_clock_that_was_600_s_behind_is_not_accepted_again(bool onceOnly)
    {
        InMemoryReplayCache first = new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }, _clock);
        ReplayEntry captured = EntryOf(onceOnly);
        Assert.Equal(ReplayStatus.First, Add(first, captured));

        _clock.Advance(TimeSpan.FromSeconds(20));
        _clock.Step(TimeSpan.FromSeconds(-600));
        InMemoryReplayCache second = new InMemoryReplayCache(time: _clock);
        _clock.Advance(TimeSpan.FromSeconds(20));
        _clock.Step(TimeSpan.FromSeconds(600)); // set right

        Assert.Equal(ReplayStatus.Starting, Add(second, captured));
        Assert.Equal(ReplayStatus.Starting, Add(second, EntryOf(onceOnly, mark: 2, ahead: onceOnly ? 10 : 0, tolerance: 60_000))); // 10 s of the skew are left
        Assert.Equal(ReplayStatus.First, Add(second, EntryOf(onceOnly, mark: 3, ahead: onceOnly ? 11 : 0)));
    }

    [Theory]
    [InlineData(-600)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(29)]
    [InlineData(600)]
    [InlineData(86_400)]
    public void The_start_is_that_of_the_clock_as_it_now_stands_and_never_falls(int step)
    {
        StartupHorizon start = StartupHorizon.Now(_clock, _skew);
        (long horizon, long moment) = (start.Horizon, start.Times.Moment);
        _clock.Advance(TimeSpan.FromHours(3)); // both clocks: nothing changes
        start.Reckon();
        Assert.Equal((horizon, moment), (start.Horizon, start.Times.Moment));

        _clock.Step(TimeSpan.FromSeconds(step));
        start.Reckon();
        Assert.Equal((horizon + Math.Max(step, 0), moment + (Math.Max(step, 0) * 1000)), (start.Horizon, start.Times.Moment));

        _clock.Step(TimeSpan.FromSeconds(-step)); // and back again
        start.Reckon();
        Assert.Equal(horizon + Math.Max(step, 0), start.Horizon);
    }

    [Fact]
    public void A_clock_that_gains_more_raises_it_more_in_whatever_steps()
    {
        StartupHorizon start = StartupHorizon.Now(_clock, _skew);
        long horizon = start.Horizon;
        foreach (int step in new[] { 5, -3, 1, 10, -20, 600 })
        {
            _clock.Step(TimeSpan.FromSeconds(step));
            _clock.Advance(TimeSpan.FromSeconds(7));
            start.Reckon();
        }

        Assert.Equal(horizon + 593, start.Horizon);
    }

    [Fact]
    public void A_new_installation_has_no_start_whatever_the_clock_does()
    {
        InMemoryReplayCache cache = new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }, _clock);
        _clock.Step(TimeSpan.FromSeconds(600));
        Assert.Equal(ReplayStatus.First, Add(cache, EntryOf(onceOnly: true)));
        Assert.Equal(ReplayStatus.First, Add(cache, EntryOf(onceOnly: false)));
    }

    [Fact]
    public void A_start_that_an_earlier_process_recorded_goes_on_being_reckoned()
    {
        _clock.Step(TimeSpan.FromSeconds(-600));
        StartupHorizon start = StartupHorizon.Now(_clock, _skew);
        _clock.Advance(TimeSpan.FromSeconds(20));
        StartupTimes recorded = start.Times;
        _clock.Advance(TimeSpan.FromSeconds(5)); // no process runs
        _clock.Step(TimeSpan.FromSeconds(600));

        StartupHorizon next = StartupHorizon.Continue(recorded, _skew, _clock);
        Assert.Equal(start.Horizon + 600 + 5, next.Horizon);
        Assert.Equal(TimeSpan.FromSeconds(20), next.Times.Elapsed);
    }

    private ReplayEntry EntryOf(bool onceOnly, int mark = 1, int ahead = 0, long tolerance = 0)
    {
        long now = _clock.GetUtcNow().ToUnixTimeMilliseconds(), issued = now + (ahead * 1000L);
        return onceOnly
            ? ReplayEntry.Once("wiki", (UInt128)mark, issued, issued + 90_000, now)
            : ReplayEntry.Legacy("wiki", [new ReplayKey((UInt128)mark, 0)], issued, issued + 60_000, now, tolerance);
    }

    private static ReplayStatus Add(InMemoryReplayCache cache, ReplayEntry entry)
    {
        ValueTask<ReplayResult> answer = cache.TryAddAsync(entry, CancellationToken.None);
        return answer.IsCompleted ? answer.Result.Status : throw new InvalidOperationException("It waits.");
    }
}
