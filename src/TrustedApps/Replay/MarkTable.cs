namespace TrustedApps.Replay;

/// <summary>Marks in an array, each as near after its own place as there is room (open addressing, linear probing).</summary>
internal sealed class MarkTable
{
    private const int LeastSize = 4;

    // Three quarters full, a search for something new looks at 8.5 slots, or two cache lines one after the other; of
    // seven eighths it would be 32. Growing by half then leaves 21 to 32 bytes a mark, and 26 on average; growing to
    // double would leave 21 to 43, and all tables of a bucket grow at about the same time.
    private const int MaxLoadNumerator = 3;
    private const int MaxLoadDenominator = 4;

    // Held for a search, or while growing. Taking it costs half of what a lock costs, and giving it back, a plain
    // write, does not wait for the search, which leaves the caches.
    private SpinLock _gate = new(enableThreadOwnerTracking: false);
    private UInt128[] _slots;
    private bool _holdsZero; // zero marks a free slot, and is a mark like any other
    private bool _isClosed;
    private int _count;

    /// <summary>Makes a table that takes so many marks without growing.</summary>
    public MarkTable(int expected) => _slots = new UInt128[Math.Max(LeastSize, (int)((expected * (long)MaxLoadDenominator / MaxLoadNumerator) + 1))];

    /// <summary>A table that takes nothing.</summary>
    public static MarkTable Closed { get; } = MakeClosed();

    public int Count => Volatile.Read(ref _count);

    public ReplayStatus Add(UInt128 mark, ulong hash, ReplayBudget budget)
    {
        bool isTaken = false;
        try
        {
            _gate.Enter(ref isTaken);
            return AddAlone(mark, hash, budget);
        }
        finally
        {
            if (isTaken) _gate.Exit(useMemoryBarrier: false);
        }
    }

    /// <summary>Forgets the marks, takes no more, and says how many they were.</summary>
    public int Close()
    {
        bool isTaken = false;
        try
        {
            _gate.Enter(ref isTaken);
            int count = _count;
            (_isClosed, _slots, _count, _holdsZero) = (true, [], 0, false);
            return count;
        }
        finally
        {
            if (isTaken) _gate.Exit(useMemoryBarrier: false);
        }
    }

    private ReplayStatus AddAlone(UInt128 mark, ulong hash, ReplayBudget budget)
    {
        if (_isClosed) return ReplayStatus.Conflicting; // the horizon was raised while the caller was on the way here

        // Before the budget is taken: if there is no memory to grow into, nothing was counted.
        if ((_count + 1) * (long)MaxLoadDenominator > _slots.Length * (long)MaxLoadNumerator) Grow();

        // Before the search: what counts for all cores would wait for it. A repetition gives back at once what it took.
        bool hasRoom = budget.TryTake(1);
        int slot = FindSlot(_slots, mark, hash);
        if (mark == 0 ? _holdsZero : _slots[slot] == mark)
        {
            if (hasRoom) budget.GiveBack(1);
            return ReplayStatus.Repeated;
        }

        if (!hasRoom) return ReplayStatus.Full;
        if (mark == 0) _holdsZero = true;
        else _slots[slot] = mark;
        _count++;
        return ReplayStatus.First;
    }

    private void Grow()
    {
        var slots = new UInt128[_slots.Length + (_slots.Length / 2)];
        foreach (UInt128 mark in _slots)
        {
            if (mark != 0) slots[FindSlot(slots, mark, MarkHash.Of(mark))] = mark;
        }

        _slots = slots;
    }

    // The slot of the mark, or the free one where it belongs; there always is one.
    private static int FindSlot(UInt128[] slots, UInt128 mark, ulong hash)
    {
        int slot = (int)Math.BigMul(hash, (ulong)slots.Length, out _); // the hash as a fraction of the array
        while (slots[slot] != 0 && slots[slot] != mark)
        {
            if (++slot == slots.Length) slot = 0;
        }

        return slot;
    }

    private static MarkTable MakeClosed()
    {
        var table = new MarkTable(0);
        table.Close();
        return table;
    }
}
