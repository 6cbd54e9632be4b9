namespace TrustedApps.Replay;

/// <summary>
/// The replay keys of versions 1 to 3 and Warwick of one application. Keys that expire in the same ten seconds are
/// dropped together.
/// </summary>
/// <param name="budget">The limit of the number of replay keys.</param>
/// <param name="start">
/// The last moment at which an assertion may have been accepted before the cache started, in milliseconds since 1970.
/// </param>
internal sealed class LegacyReplayCache(CapacityLimiter budget, long start)
{
    private const long BucketWidth = 10_000; // milliseconds

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, (UInt128 Companion, long Until)> _marks = [];
    private readonly PriorityQueue<Bucket, long> _buckets = new();
    private readonly Dictionary<long, Bucket> _bucketOfEnd = [];
    private long _horizon = long.MinValue; // keys up to here may be dropped; never falls, whatever the clock does

    /// <summary>
    /// Adds the replay keys of an assertion that was acceptable from the first time until the second.
    /// </summary>
    public ReplayStatus Remember(ReadOnlySpan<ReplayKey> marks, long until, long now, long since = long.MaxValue)
    {
        lock (_gate)
        {
            Drop(now);
            if (until <= _horizon) return ReplayStatus.Conflicting; // the keys may have been dropped

            int missing = 0;
            foreach (ReplayKey mark in marks)
            {
                if (!_marks.TryGetValue(mark.Key, out (UInt128 Companion, long Until) known)) missing++;
                else if (known.Companion != mark.BoundTo) return ReplayStatus.Conflicting;
            }

            if (since <= start) return ReplayStatus.Starting;
            if (missing > 0)
            {
                if (!budget.TryTake(missing)) return ReplayStatus.Full;
                foreach (ReplayKey mark in marks) Add(mark, until);
            }

            return missing == marks.Length ? ReplayStatus.First : ReplayStatus.Repeated;
        }
    }

    /// <summary>
    /// Returns the state of replay keys without adding them: repeated if all are present, conflicting if one is present
    /// with another bound-to value, full if there is no room for the missing ones. Null if there is room: the keys are
    /// not present here.
    /// </summary>
    public ReplayStatus? Find(ReadOnlySpan<ReplayKey> marks, long now)
    {
        lock (_gate)
        {
            Drop(now);
            int missing = 0;
            foreach (ReplayKey mark in marks)
            {
                if (!_marks.TryGetValue(mark.Key, out (UInt128 Companion, long Until) known)) missing++;
                else if (known.Companion != mark.BoundTo) return ReplayStatus.Conflicting;
            }

            if (missing == 0) return ReplayStatus.Repeated;
            return budget.HasRoom(missing) ? null : ReplayStatus.Full;
        }
    }

    public void DropExpired(long now)
    {
        lock (_gate) Drop(now);
    }

    private void Add(ReplayKey mark, long until)
    {
        if (!_marks.TryAdd(mark.Key, (mark.BoundTo, until))) return;

        long end = (until / BucketWidth * BucketWidth) + BucketWidth;
        if (!_bucketOfEnd.TryGetValue(end, out Bucket? bucket))
        {
            _bucketOfEnd[end] = bucket = new Bucket(end, []);
            _buckets.Enqueue(bucket, end);
        }

        bucket.Keys.Add(mark.Key);
    }

    // A bucket's end is later than the last moment at which any assertion in it could be accepted.
    private void Drop(long now)
    {
        while (_buckets.TryPeek(out Bucket? bucket, out long end) && end <= now)
        {
            _buckets.Dequeue();
            _bucketOfEnd.Remove(end);
            foreach (UInt128 key in bucket.Keys) _marks.Remove(key);
            budget.GiveBack(bucket.Keys.Count);
            _horizon = Math.Max(_horizon, end - 1);
        }
    }

    private sealed record Bucket(long End, List<UInt128> Keys);
}
