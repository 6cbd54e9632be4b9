namespace TrustedApps.Storage.Replay;

/// <summary>
/// How much the wall clock of this node has gained on its monotonic clock since a start of the replay cache was first
/// seen. So much too early that start was recorded, because the clock was behind (version-4.md, section 4).
/// </summary>
internal sealed class ClockGain(TimeProvider time)
{
    private const long Tolerance = 1000; // milliseconds; clocks drift

    private readonly Lock _gate = new();
    private long? _start;
    private DateTimeOffset _wallClock;
    private long _timestamp;

    /// <summary>Returns the gain since a start was first seen, in milliseconds; zero if it is a second or less.</summary>
    /// <param name="start">The recorded start. Another one begins anew.</param>
    public long Since(long start)
    {
        lock (_gate)
        {
            (DateTimeOffset now, long timestamp) = (time.GetUtcNow(), time.GetTimestamp());
            if (_start != start) (_start, _wallClock, _timestamp) = (start, now, timestamp);
            TimeSpan elapsed = time.GetElapsedTime(_timestamp, timestamp);
            long gained = (long)(now - _wallClock - elapsed).TotalMilliseconds;
            return gained > Tolerance ? gained : 0;
        }
    }
}
