namespace TrustedApps.Replay;

/// <summary>
/// The start of a replay cache. Assertions that may have been accepted before it are not in the cache. The horizon
/// never falls. It is raised when the clock turns out to have been behind at the start.
/// </summary>
internal sealed class StartupHorizon
{
    private readonly TimeProvider? _time; // null: the horizon is known, whatever the clock shows
    private readonly long _startedAt; // time stamp
    private readonly TimeSpan _before; // that passed between the start and the time stamp
    private readonly long _skew; // seconds
    private readonly long _lastStamp;
    private readonly long _lastMoment;
    private long _start = long.MinValue; // ticks since 1970, by the clock as it now stands
    private long _horizon;
    private long _moment;

    private StartupHorizon(in StartupTimes times, TimeSpan skew, TimeProvider? time)
    {
        (_horizon, _moment) = (times.Horizon, times.Moment);
        (_lastStamp, _lastMoment) = (times.LastStamp, times.LastMoment);
        (_skew, _time, _before) = (Seconds(skew), times.Elapsed is null ? null : time, times.Elapsed ?? default);
        _startedAt = _time?.GetTimestamp() ?? 0;
        Reckon();
    }

    /// <summary>The horizon of a new installation: nothing was accepted before.</summary>
    public static StartupHorizon First { get; } = new(StartupTimes.None, TimeSpan.Zero, time: null);

    /// <summary>
    /// Seconds since 1970: the last second in which an assertion of version 4 that was accepted before may have been
    /// issued.
    /// </summary>
    public long Horizon => Volatile.Read(ref _horizon);

    /// <summary>The times as they stand now.</summary>
    public StartupTimes Times => new(
        Horizon,
        Volatile.Read(ref _moment),
        _lastStamp,
        _lastMoment,
        _time is null ? null : _before + _time.GetElapsedTime(_startedAt));

    /// <summary>A start at this moment, after which nothing is known of earlier processes.</summary>
    public static StartupHorizon Now(TimeProvider time, TimeSpan skew) =>
        Continue(StartupTimes.None with { Elapsed = TimeSpan.Zero }, skew, time);

    /// <summary>A start that an earlier process has recorded.</summary>
    public static StartupHorizon Continue(in StartupTimes times, TimeSpan skew, TimeProvider time) =>
        new(times, skew, time);

    /// <summary>
    /// Reckons the start by the clock as it now stands: wall clock less monotonic time since the start (version-4.md,
    /// section 4). A clock that was behind at the start and was set since then raises the horizon.
    /// </summary>
    public void Reckon()
    {
        if (_time is null) return;

        // The time stamp first: whatever happens between the two, the start is rather too late than too early.
        long elapsed = (_before + _time.GetElapsedTime(_startedAt)).Ticks;
        long start = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks - elapsed;
        if (start <= Volatile.Read(ref _start)) return;
        Raise(ref _start, start);

        // The latest whole second that an earlier process can have accepted as the time of issue, rounded up twice, and
        // the moment in milliseconds, the unit of the verifiers.
        Raise(ref _horizon, Seconds(TimeSpan.FromTicks(start)) + _skew);
        Raise(ref _moment, (long)Math.Floor(TimeSpan.FromTicks(start).TotalMilliseconds));
    }

    /// <summary>
    /// Returns the time that an application has to wait until a new assertion of an older version cannot have been
    /// accepted before; null if this one cannot.
    /// </summary>
    public TimeSpan? FindWait(in ReplayEntry record)
    {
        TimeSpan? wait = FindWait(Volatile.Read(ref _moment), record);
        if (record.IssuedAt > _lastStamp || FindWait(_lastMoment, record) is not { } lost) return wait;

        // It was accepted before only if neither its stamp nor the moment was later than the last. One trust that
        // stamps ahead does not delay the others.
        var stamped = TimeSpan.FromMilliseconds(Math.Min(_lastStamp - record.IssuedAt, ReplayEntry.MaxAhead) + 1);
        if (stamped < lost) lost = stamped;
        return wait > lost ? wait : lost;
    }

    /// <summary>As above, if only the moment is known, in milliseconds since 1970.</summary>
    public static TimeSpan? FindWait(long moment, in ReplayEntry record) =>
        record.Since > moment
            ? null
            : TimeSpan.FromMilliseconds(Math.Min(moment - record.Since, ReplayEntry.MaxAhead) + 1);

    private static void Raise(ref long value, long raised)
    {
        long known = Volatile.Read(ref value);
        while (known < raised)
        {
            long found = Interlocked.CompareExchange(ref value, raised, known);
            if (found == known) return;
            known = found;
        }
    }

    private static long Seconds(TimeSpan time) => (time.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
}
