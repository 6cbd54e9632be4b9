namespace TrustedApps.Replay;

/// <summary>
/// The marks of one application whose assertions were issued in the same eight seconds, spread over tables that
/// are locked one by one and made when the first mark falls to them.
/// </summary>
internal sealed class TimeBucket
{
    // Seconds. A mark is held 3.5 seconds longer than need be on average, against the 90 of the default time-out and
    // skew; and at the longest time-out (15 minutes, and a minute of skew both ways) there are 129 buckets to look
    // through.
    private const long Width = 8;

    // Not to be held up, cores need some tables more than they are; a bucket with one mark pays 8 bytes for each.
    private const int Tables = 16;

    private readonly ReplayKeySet?[] _tables = new ReplayKeySet?[Tables];
    private readonly int _expected; // marks in each table
    private long _lastAcceptable;

    /// <summary>Makes the bucket for what was issued in this second.</summary>
    /// <param name="issued">The second.</param>
    /// <param name="lifetime">For how many seconds more an assertion is acceptable.</param>
    /// <param name="before">The bucket of the time before, if there is one.</param>
    public TimeBucket(long issued, long lifetime, TimeBucket? before)
    {
        FirstIssued = issued / Width * Width;
        Extend(lifetime);

        // As many as are held there, and an eighth more: where traffic is even, nothing has to grow, and where it is
        // not, no more is wasted than is held.
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

    /// <summary>Says for how many seconds after it was issued an assertion is acceptable: the longest counts.</summary>
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
        ref ReplayKeySet? place = ref _tables[hash % Tables]; // the lowest bits; a table goes by the highest
        ReplayKeySet table =
            Volatile.Read(ref place)
            ?? Interlocked.CompareExchange(ref place, new ReplayKeySet(_expected), null)
            ?? place;
        return table.Add(mark, hash, budget);
    }

    /// <summary>Forgets the marks, takes no more, and says how many they were.</summary>
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
