namespace TrustedApps.Storage.Replay;

/// <summary>
/// The start of the replay cache that this process has recorded. Reckoned by the clock as it now stands: wall clock
/// less monotonic time since then (version-4.md, section 4).
/// </summary>
/// <remarks>
/// Another process recorded its start by its own clock and that of the database, and reckons it itself: what this wall
/// clock gains says nothing about it.
/// </remarks>
internal sealed class RecordedStart(TimeProvider time)
{
    private const long Tolerance = 1000; // milliseconds; clocks drift

    private readonly Lock _gate = new();
    private long? _start;
    private long _timestamp;

    /// <summary>Remembers that this process has recorded a start.</summary>
    /// <param name="start">Milliseconds since 1970.</param>
    /// <param name="timestamp">The time stamp of that moment.</param>
    public void Set(long start, long timestamp)
    {
        lock (_gate) (_start, _timestamp) = (start, timestamp);
    }

    /// <summary>Remembers that the start was recorded anew.</summary>
    public void Raise(long start)
    {
        lock (_gate) _start = start;
    }

    /// <summary>
    /// Returns when that start was, in milliseconds since 1970, if this process has recorded it, and it was a second or
    /// more later than recorded.
    /// </summary>
    /// <param name="recorded">The start that is recorded now.</param>
    public long? Reckon(long recorded)
    {
        lock (_gate)
        {
            if (_start != recorded) return null;

            // The time stamp first, as in StartupHorizon.
            TimeSpan elapsed = time.GetElapsedTime(_timestamp);
            long start = (time.GetUtcNow() - elapsed).ToUnixTimeMilliseconds();
            return start > recorded + Tolerance ? start : null;
        }
    }
}
