using TrustedApps.Replay;

namespace TrustedApps.Storage.Replay;

/// <summary>
/// Maps times, in seconds since 1970, to tables. With the horizon at H, the last second of a bucket, the ring holds
/// assertions that were issued from H + 1 to H + <see cref="Span"/>: sixteen buckets, each with a table of its own.
/// </summary>
internal static class ReplayRing
{
    public const int Slots = 16;

    public const long BucketSeconds = 120;

    public const long Span = Slots * BucketSeconds;

    private const long MaxLifetime = 960; // a time-out of 15 minutes and a skew of 60 s: version-4.md, section 4

    // The time by which the database's clock may be ahead of a node's before a valid assertion is refused. The rest of
    // the ring, 12 minutes beyond the present, is for nodes whose clocks are ahead of the database's.
    private const long Margin = 120;

    /// <summary>The slot of assertions that were issued in a second.</summary>
    public static int SlotOf(long issued) => (int)(issued / BucketSeconds % Slots);

    /// <summary>Whether the ring holds the key of an entry for as long as its assertion is acceptable.</summary>
    public static bool CanHold(in ReplayEntry record) => record.Until - record.IssuedAt <= MaxLifetime * 1000;

    /// <summary>The horizon at a time: no assertion from before it is acceptable.</summary>
    public static long HorizonAt(long now) => ((now - MaxLifetime - Margin) / BucketSeconds * BucketSeconds) - 1;

    /// <summary>The slots whose buckets leave the ring when the horizon rises, ascending.</summary>
    public static int[] SlotsBetween(long horizon, long raised)
    {
        int count = (int)Math.Min(Slots, (raised - horizon) / BucketSeconds);
        int first = SlotOf(horizon + 1);
        return [.. Enumerable.Range(first, count).Select(slot => slot % Slots).Order()];
    }
}
