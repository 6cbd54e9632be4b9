namespace TrustedApps;

/// <summary>
/// Keeps one stamp from being used twice for one URL: version 2 signs nothing else, so two requests would be one. URLs
/// share 4,096 places; two that meet in one push each other's stamps on by a millisecond, which harms nothing.
/// </summary>
internal sealed class StampSequence
{
    private const long MaxLead = 60_000; // milliseconds; more means that the clock was set back

    private readonly long[] _last = new long[4096];

    public long Next(string url, long now)
    {
        ref long last = ref _last[string.GetHashCode(url, StringComparison.Ordinal) & (_last.Length - 1)];
        while (true)
        {
            long seen = Volatile.Read(ref last);
            long next = seen - now > MaxLead ? now : Math.Max(now, seen + 1);
            if (Interlocked.CompareExchange(ref last, next, seen) == seen) return next;
        }
    }
}
