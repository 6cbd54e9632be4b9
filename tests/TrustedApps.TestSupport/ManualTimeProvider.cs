namespace TrustedApps.TestSupport;

/// <summary>A clock that stands still until a test moves it; so do its timers.</summary>
internal sealed class ManualTimeProvider(DateTimeOffset now) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource<TimeSpan> _nextTimer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _idle = Completed();
    private DateTimeOffset _now = now;

    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>One that begins at the present whole second, for what has to do with keys that were made today.</summary>
    public static ManualTimeProvider OfToday() => new(DateTimeOffset.FromUnixTimeSeconds(System.GetUtcNow().ToUnixTimeSeconds()));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The due time of the next timer that somebody starts.</summary>
    public Task<TimeSpan> NextTimer
    {
        get
        {
            lock (_gate) return _nextTimer.Task;
        }
    }

    /// <summary>Completes when nothing waits for this clock any more, but for timers that go on for ever: a time-out that the next move would end is no longer under way.</summary>
    public Task Idle
    {
        get
        {
            lock (_gate) return _idle.Task;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (_gate)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            foreach (ManualTimer timer in due)
            {
                if (timer.Period == Timeout.InfiniteTimeSpan) _timers.Remove(timer);
                else timer.Due = _now + timer.Period; // ticks that were missed are not made up for
            }
        }

        foreach (ManualTimer timer in due) timer.Fire();
    }

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }

    private void Schedule(ManualTimer timer, TimeSpan dueTime)
    {
        TaskCompletionSource<TimeSpan>? told = null;
        lock (_gate)
        {
            _timers.Remove(timer);
            if (dueTime != Timeout.InfiniteTimeSpan) _timers.Add(timer);
            bool isIdle = _timers.TrueForAll(other => other.Period != Timeout.InfiniteTimeSpan);
            if (isIdle) _idle.TrySetResult();
            else if (_idle.Task.IsCompleted) _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (dueTime == Timeout.InfiniteTimeSpan) return;
            timer.Due = _now + dueTime;
            (told, _nextTimer) = (_nextTimer, new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        told.SetResult(dueTime);
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; } = Timeout.InfiniteTimeSpan;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
            clock.Schedule(this, dueTime);
            return true;
        }

        public void Dispose() => clock.Schedule(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
