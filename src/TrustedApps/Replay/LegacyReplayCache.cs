namespace TrustedApps.Replay;

/// <summary>
/// The marks of versions 1 to 3 and Warwick of one application. Those that end in the same ten seconds are dropped
/// together.
/// </summary>
/// <param name="budget">How many marks there may be.</param>
/// <param name="start">
/// The last moment at which anything may have been accepted before the memory started, in milliseconds since 1970.
/// </param>
internal sealed class LegacyReplayCache(CapacityLimiter budget, long start)
{
    private const long BucketWidth = 10_000; // milliseconds

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, (UInt128 Companion, long Until)> _marks = [];
    private readonly PriorityQueue<Bucket, long> _buckets = new();
    private readonly Dictionary<long, Bucket> _bucketOfEnd = [];
    private long _horizon = long.MinValue; // marks up to here may be gone; never falls, whatever the clock does

    /// <summary>Remembers marks of an assertion that was acceptable from the one time until the other.</summary>
    public ReplayStatus Remember(ReadOnlySpan<ReplayKey> marks, long until, long now, long since = long.MaxValue)
    {
        lock (_gate)
        {
            Drop(now);
            if (until <= _horizon) return ReplayStatus.Conflicting; // nobody can tell any more

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
    /// What is known of marks without remembering them: repeated if all are held, conflicting if one is with another
    /// companion, full if there is no room for what is missing. Null if there is, and somebody else has to say.
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
