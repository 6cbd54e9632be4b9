namespace TrustedApps.Replay;

/// <summary>
/// The replay keys of versions 1 to 3 and Warwick of one application. Keys that expire in the same ten seconds are
/// dropped together.
/// </summary>
/// <param name="budget">The limit of the number of replay keys.</param>
internal sealed class LegacyReplayCache(CapacityLimiter budget)
{
    private const long BucketWidth = 10_000; // milliseconds

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, (UInt128 Companion, long Until)> _marks = [];
    private readonly PriorityQueue<Bucket, long> _buckets = new();
    private readonly Dictionary<long, Bucket> _bucketOfEnd = [];
    private long _horizon = long.MinValue; // keys up to here may be dropped; never falls, whatever the clock does

    /// <summary>
    /// Adds the replay keys of an assertion that is acceptable until a time, unless it may have been accepted before
    /// the cache started.
    /// </summary>
    public ReplayStatus Remember(ReadOnlySpan<ReplayKey> marks, long until, long now, bool isStarting = false)
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

            if (isStarting) return ReplayStatus.Starting;
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

    /// <summary>Returns the number of replay keys that have not expired.</summary>
    public int CountCurrent(long now)
    {
        lock (_gate) return _bucketOfEnd.Values.Where(bucket => bucket.End > now).Sum(bucket => bucket.Keys.Count);
    }

    /// <summary>Writes the horizon and the replay keys.</summary>
    public void Write(BinaryWriter writer)
    {
        lock (_gate)
        {
            writer.Write(_horizon);
            writer.Write(_marks.Count);
            foreach ((UInt128 key, (UInt128 companion, long until)) in _marks)
            {
                writer.Write(key);
                writer.Write(companion);
                writer.Write(until);
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    /// <returns>Whether there is room for the replay keys.</returns>
    public bool TryRead(BinaryReader reader)
    {
        lock (_gate)
        {
            _horizon = reader.ReadInt64();
            for (int count = reader.ReadInt32(); count > 0; count--)
            {
                if (!budget.TryTake(1)) return false;
                var mark = new ReplayKey(reader.ReadUInt128(), reader.ReadUInt128());
                Add(mark, reader.ReadInt64());
            }
        }

        return true;
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
