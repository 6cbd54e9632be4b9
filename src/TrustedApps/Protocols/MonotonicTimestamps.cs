namespace TrustedApps.Protocols;

/// <summary>
/// Keeps one stamp from being used twice for one URL: version 2 signs nothing else, so two requests would be one. URLs
/// share 4,096 places; two that meet in one push each other's stamps on by a millisecond, which harms nothing.
/// </summary>
internal sealed class MonotonicTimestamps
{
    private const long Tolerance = 60_000; // milliseconds by which a clock may go back before stamps follow it

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

    // A clock that was wrong and is set back must not leave stamps in the future for as long as it was wrong.
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
