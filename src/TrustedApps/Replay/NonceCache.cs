namespace TrustedApps.Replay;

/// <summary>
/// The replay keys of version 4 of one application, in buckets by the time at which their assertions were issued: one
/// bucket is searched. Whole buckets are dropped, the oldest first, by raising the horizon. Counts in whole seconds, as
/// version 4 does.
/// </summary>
/// <param name="budget">The limit of the number of replay keys.</param>
/// <param name="start">The start of the cache.</param>
internal sealed class NonceCache(CapacityLimiter budget, StartupHorizon start)
{
    private const long MillisecondsPerSecond = 1000;

    private readonly Lock _gate = new(); // guards writing the three below; all of them are read without
    private TimeBucket[] _buckets = []; // ascending; a new array for every change
    private long _horizon = long.MinValue; // assertions issued up to this second are rejected; never falls
    private long _firstExpiry = long.MaxValue; // nothing can be dropped before this second has passed

    public ReplayResult Remember(UInt128 mark, long issuedAt, long until, long now)
    {
        DropExpired(now);

        long issued = issuedAt / MillisecondsPerSecond;
        if (issued <= Volatile.Read(ref _horizon)) return new(ReplayStatus.Conflicting); // may have been dropped
        long startHorizon = start.Horizon;
        if (issued <= startHorizon) return new(ReplayStatus.Starting, TimeSpan.FromSeconds(startHorizon - issued + 1));

        long lifetime = (until / MillisecondsPerSecond) - issued;
        // dropped in the meantime
        if ((Find(issued) ?? Add(issued, lifetime)) is not { } bucket) return new(ReplayStatus.Conflicting);

        bucket.Extend(lifetime);
        ReplayStatus status = bucket.Add(mark, budget);
        return status == ReplayStatus.Full ? new(status, FindRoom(now / MillisecondsPerSecond)) : new(status);
    }

    // A bucket is dropped after the last second in which any assertion issued in its time could be accepted.
    public void DropExpired(long now)
    {
        long second = now / MillisecondsPerSecond;
        if (second <= Volatile.Read(ref _firstExpiry)) return;

        lock (_gate)
        {
            while (_buckets.Length > 0 && _buckets[0].LastAcceptable < second)
            {
                // The horizon first: a thread that finds the bucket gone, or closed, relies on it.
                TimeBucket oldest = _buckets[0];
                Volatile.Write(ref _horizon, oldest.LastIssued);
                Volatile.Write(ref _buckets, _buckets[1..]);
                budget.GiveBack(oldest.Close());
            }

            Volatile.Write(ref _firstExpiry, _buckets.Length > 0 ? _buckets[0].LastAcceptable : long.MaxValue);
        }
    }

    /// <summary>Returns the number of replay keys that have not expired.</summary>
    public int CountCurrent(long now)
    {
        long second = now / MillisecondsPerSecond;
        return Volatile.Read(ref _buckets).Where(bucket => bucket.LastAcceptable >= second).Sum(bucket => bucket.Count);
    }

    /// <summary>Writes the horizon and the buckets.</summary>
    public void Write(BinaryWriter writer)
    {
        lock (_gate)
        {
            writer.Write(_horizon);
            writer.Write(_buckets.Length);
            foreach (TimeBucket bucket in _buckets)
            {
                writer.Write(bucket.FirstIssued);
                writer.Write(bucket.LastAcceptable - bucket.LastIssued);
                bucket.Write(writer);
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    /// <returns>Whether there is room for the replay keys.</returns>
    public bool TryRead(BinaryReader reader)
    {
        Volatile.Write(ref _horizon, reader.ReadInt64());
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            (long issued, long lifetime) = (reader.ReadInt64(), reader.ReadInt64());
            if (Add(issued, lifetime) is not { } bucket || !bucket.TryRead(reader, budget)) return false;
        }

        return true;
    }

    // From the newest: most assertions are recent.
    private TimeBucket? Find(long issued)
    {
        TimeBucket[] buckets = Volatile.Read(ref _buckets);
        for (int index = buckets.Length - 1; index >= 0 && buckets[index].LastIssued >= issued; index--)
        {
            if (buckets[index].FirstIssued <= issued) return buckets[index];
        }

        return null;
    }

    private TimeBucket? Add(long issued, long lifetime)
    {
        lock (_gate)
        {
            if (issued <= _horizon) return null;
            if (Find(issued) is { } added) return added;

            int place = Array.FindLastIndex(_buckets, other => other.LastIssued < issued) + 1;
            // older buckets are made for delayed requests, or by an attacker who wants to waste memory
            bool isNewest = place == _buckets.Length;
            TimeBucket bucket = new TimeBucket(issued, lifetime, isNewest && place > 0 ? _buckets[place - 1] : null);
            Volatile.Write(ref _buckets, [.. _buckets[..place], bucket, .. _buckets[place..]]);
            Volatile.Write(ref _firstExpiry, _buckets[0].LastAcceptable);
            return bucket;
        }
    }

    // The time until the first bucket that frees room is dropped; the empty ones before it are dropped no later.
    private TimeSpan? FindRoom(long second)
    {
        long last = second;
        foreach (TimeBucket bucket in Volatile.Read(ref _buckets))
        {
            last = Math.Max(last, bucket.LastAcceptable);
            if (bucket.Count > 0) return TimeSpan.FromSeconds(last + 1 - second);
        }

        return null;
    }
}
