namespace TrustedApps.TestSupport;

/// <summary>
/// A clock that stands still until a test moves it, and whose timers a test can wait for. Like a real clock that jumps,
/// it does not make up for ticks that a periodic timer missed.
/// </summary>
internal sealed class ManualTimeProvider(DateTimeOffset now) : FakeTimeProvider(now)
{
    private readonly Lock _gate = new();
    private readonly HashSet<ObservedTimer> _single = []; // timers that are set and fire once
    private long _stepped; // ticks by which the wall clock was set, forward or back
    private TaskCompletionSource<TimeSpan> _nextTimer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (TimeSpan DueTime, TaskCompletionSource Set)? _expected;
    private TaskCompletionSource? _busy;

    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>A clock that begins at the present whole second, for tests of keys that were made today.</summary>
    public static ManualTimeProvider OfToday() => new(DateTimeOffset.FromUnixTimeSeconds(System.GetUtcNow().ToUnixTimeSeconds()));

    /// <summary>The due time of the next timer that is set.</summary>
    public Task<TimeSpan> NextTimer
    {
        get
        {
            lock (_gate) return _nextTimer.Task;
        }
    }

    /// <summary>Completes when a timer with this due time is set: others may be set by what runs in the background.</summary>
    public Task TimerOf(TimeSpan dueTime)
    {
        var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate) _expected = (dueTime, set);
        return set.Task;
    }

    /// <summary>Completes when no timer that fires once is set: the next move of the clock ends no time-out.</summary>
    public Task Idle
    {
        get
        {
            lock (_gate) return _busy?.Task ?? Task.CompletedTask;
        }
    }

    /// <summary>Sets the wall clock forward or back. The monotonic clock and the timers do not notice.</summary>
    public void Step(TimeSpan by)
    {
        Interlocked.Add(ref _stepped, by.Ticks);
        AdjustTime(GetUtcNow() + by);
    }

    public override long GetTimestamp() => base.GetTimestamp() - Interlocked.Read(ref _stepped);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ObservedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ITimer CreateInnerTimer(TimerCallback callback) =>
        base.CreateTimer(callback, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private void Observe(ObservedTimer timer, bool isSingle)
    {
        TaskCompletionSource? busy = null;
        lock (_gate)
        {
            if (isSingle) _single.Add(timer);
            else _single.Remove(timer);

            if (_single.Count > 0) _busy ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            else (busy, _busy) = (_busy, null);
        }

        busy?.SetResult();
    }

    private void Announce(TimeSpan dueTime)
    {
        TaskCompletionSource<TimeSpan> next;
        TaskCompletionSource? expected = null;
        lock (_gate)
        {
            (next, _nextTimer) = (_nextTimer, new(TaskCreationOptions.RunContinuationsAsynchronously));
            if (_expected?.DueTime == dueTime) (expected, _expected) = (_expected.Value.Set, null);
        }

        next.SetResult(dueTime);
        expected?.SetResult();
    }

    private void Forget(ObservedTimer timer)
    {
        lock (_gate) _single.Remove(timer);
    }

    private sealed class ObservedTimer : ITimer
    {
        private readonly ManualTimeProvider _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _inner;
        private TimeSpan _period;

        public ObservedTimer(ManualTimeProvider clock, TimerCallback callback, object? state)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            _inner = clock.CreateInnerTimer(_ => Fire());
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
            bool isSet = dueTime != Timeout.InfiniteTimeSpan;
            _clock.Observe(this, isSet && _period == Timeout.InfiniteTimeSpan);
            bool isChanged = _inner.Change(dueTime, Timeout.InfiniteTimeSpan);
            if (isSet) _clock.Announce(dueTime); // after it is set: the test may move the clock at once
            return isChanged;
        }

        public void Dispose()
        {
            _inner.Dispose();
            _clock.Observe(this, isSingle: false);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Fire()
        {
            if (_period == Timeout.InfiniteTimeSpan) _clock.Forget(this);
            else _inner.Change(_period, Timeout.InfiniteTimeSpan);
            _callback(_state);
        }
    }
}
