namespace TrustedApps.Replay;

/// <summary>
/// The replay keys of one application whose assertions were issued in the same eight seconds. They are spread over
/// tables, each with its own lock and created with its first key.
/// </summary>
internal sealed class TimeBucket
{
    // Seconds. A key is held 3.5 seconds longer than needed on average, against the 90 of the default time-out and
    // skew. At the longest time-out (15 minutes, and a minute of skew both ways) there are 129 buckets to search.
    private const long Width = 8;

    // More tables than cores, so that cores seldom wait for each other. A bucket with one key pays 8 bytes for each.
    private const int Tables = 16;

    private readonly ReplayKeySet?[] _tables = new ReplayKeySet?[Tables];
    private readonly int _expected; // keys in each table
    private long _lastAcceptable;

    /// <summary>Creates the bucket for assertions issued in this second.</summary>
    /// <param name="issued">The second.</param>
    /// <param name="lifetime">The number of further seconds for which an assertion is acceptable.</param>
    /// <param name="before">The preceding bucket, if there is one.</param>
    public TimeBucket(long issued, long lifetime, TimeBucket? before)
    {
        FirstIssued = issued / Width * Width;
        Extend(lifetime);

        // The size of the preceding bucket, and an eighth more: with even traffic no table has to grow, and with uneven
        // traffic no more memory is wasted than is held.
        int count = before?.Count ?? 0;
        _expected = (count / Tables) + (count / (Tables * 8));
    }

    public long FirstIssued { get; }

    public long LastIssued => FirstIssued + Width - 1;

    /// <summary>The last second in which any assertion issued in this bucket's time could be accepted.</summary>
    public long LastAcceptable => Volatile.Read(ref _lastAcceptable);

    public int Count
    {
        get
        {
            int count = 0;
            foreach (ref ReplayKeySet? table in _tables.AsSpan()) count += Volatile.Read(ref table)?.Count ?? 0;
            return count;
        }
    }

    /// <summary>
    /// Sets the number of seconds after issue for which an assertion is acceptable: the longest applies.
    /// </summary>
    public void Extend(long lifetime)
    {
        long last = LastIssued + lifetime;
        long known = Volatile.Read(ref _lastAcceptable);
        while (known < last)
        {
            long found = Interlocked.CompareExchange(ref _lastAcceptable, last, known);
            if (found == known) return;
            known = found;
        }
    }

    public ReplayStatus Add(UInt128 mark, CapacityLimiter budget)
    {
        ulong hash = SipHash13.Of(mark);
        ref ReplayKeySet? place = ref _tables[hash % Tables]; // the lowest bits; a table uses the highest
        ReplayKeySet table =
            Volatile.Read(ref place)
            ?? Interlocked.CompareExchange(ref place, new ReplayKeySet(_expected), null)
            ?? place;
        return table.Add(mark, hash, budget);
    }

    /// <summary>Writes the number of the keys, and the keys.</summary>
    public void Write(BinaryWriter writer)
    {
        UInt128[][] marks = [.. _tables.OfType<ReplayKeySet>().Select(table => table.ToArray())];
        writer.Write(marks.Sum(table => table.Length));
        foreach (UInt128 mark in marks.SelectMany(table => table)) writer.Write(mark);
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    /// <returns>Whether there is room for the keys.</returns>
    public bool TryRead(BinaryReader reader, CapacityLimiter budget)
    {
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            if (Add(reader.ReadUInt128(), budget) != ReplayStatus.First) return false;
        }

        return true;
    }

    /// <summary>Drops the keys, closes the bucket for more, and returns how many there were.</summary>
    public int Close()
    {
        int count = 0;
        foreach (ref ReplayKeySet? table in _tables.AsSpan())
        {
            count += Interlocked.Exchange(ref table, ReplayKeySet.Closed)?.Close() ?? 0;
        }

        return count;
    }
}
