namespace TrustedApps.Protocols;

/// <summary>
/// Prevents the use of one time stamp twice for one URL: version 2 signs nothing else, so two requests would be
/// identical. URLs share 4,096 slots; two URLs in one slot only advance each other's stamps by a millisecond.
/// </summary>
internal sealed class MonotonicTimestamps
{
    private const long Tolerance = 60_000; // milliseconds by which a clock may be set back before stamps follow it

    private readonly long[] _last = new long[4096];
    private long _latest;

    public long Next(string url, long now)
    {
        FollowClock(now);
        ref long last = ref _last[string.GetHashCode(url, StringComparison.Ordinal) & (_last.Length - 1)];
        while (true)
        {
            long seen = Volatile.Read(ref last);
            long next = Math.Max(now, seen + 1);
            if (Interlocked.CompareExchange(ref last, next, seen) == seen) return next;
        }
    }

    // If the clock was ahead and is set back, stamps must not stay in the future.
    private void FollowClock(long now)
    {
        long latest = Volatile.Read(ref _latest);
        if (now > latest) Interlocked.CompareExchange(ref _latest, now, latest);
        else if (now < latest - Tolerance && Interlocked.CompareExchange(ref _latest, now, latest) == latest)
        {
            Array.Clear(_last);
        }
    }
}
