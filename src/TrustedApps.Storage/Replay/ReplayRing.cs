using TrustedApps.Replay;

namespace TrustedApps.Storage.Replay;

/// <summary>
/// Which table holds which time, in seconds since 1970. With the horizon at H, which is the last second of a bucket, the
/// ring holds what was issued from H + 1 to H + <see cref="Span"/>: sixteen buckets, of which no two share a table.
/// </summary>
internal static class ReplayRing
{
    public const int Slots = 16;

    public const long BucketSeconds = 120;

    public const long Span = Slots * BucketSeconds;

    private const long MaxLifetime = 960; // a time-out of 15 minutes and a skew of 60 s: version-4.md, section 4

    // By how much the database's clock may be ahead of a node's before something acceptable is refused. What the ring
    // has left beyond the present, 12 minutes, is for clocks of nodes that are ahead of the database's.
    private const long Margin = 120;

    /// <summary>The slot for what was issued in this second.</summary>
    public static int SlotOf(long issued) => (int)(issued / BucketSeconds % Slots);

    /// <summary>Whether a record is acceptable for no longer than the ring holds its mark.</summary>
    public static bool CanHold(in ReplayEntry record) => record.Until - record.IssuedAt <= MaxLifetime * 1000;

    /// <summary>The horizon below which nothing is acceptable any more.</summary>
    public static long HorizonAt(long now) => ((now - MaxLifetime - Margin) / BucketSeconds * BucketSeconds) - 1;

    /// <summary>The slots whose bucket leaves the ring when the horizon is raised, ascending.</summary>
    public static int[] SlotsBetween(long horizon, long raised)
    {
        int count = (int)Math.Min(Slots, (raised - horizon) / BucketSeconds);
        int first = SlotOf(horizon + 1);
        return [.. Enumerable.Range(first, count).Select(slot => slot % Slots).Order()];
    }
}
