using System.Numerics;

namespace TrustedApps.Replay;

/// <summary>
/// Marks in the order in which they came, and an index to find them by: places in the first array, each as near after
/// its own place in the index as there is room (open addressing, linear probing). A quarter of the size of the marks,
/// the index stays in the caches for longer than they could, and of a new mark only the index is searched.
/// </summary>
internal sealed class ReplayKeySet
{
    private const int LeastSize = 3;

    // Three quarters full, a search for something new looks at 8.5 slots, which are in one cache line or two. Growing
    // by half then leaves 21 to 32 bytes a mark, and 26 on average; growing to double would leave 21 to 43, and all
    // tables of a bucket grow at about the same time.
    private const int MaxLoadNumerator = 3;
    private const int MaxLoadDenominator = 4;

    // Held for a search, or while growing. Taking it costs half of what a lock costs, and giving it back is a plain
    // write, which waits for nothing.
    private SpinLock _gate = new(enableThreadOwnerTracking: false);
    private UInt128[] _marks = [];
    // zero is free; else the place of a mark, counted from one, and above it bits of the mark's hash
    private uint[] _index = [];
    private int _placeBits;
    private bool _isClosed;
    private int _count;

    /// <summary>Makes a table that takes so many marks without growing.</summary>
    public ReplayKeySet(int expected) => Resize(Math.Max(LeastSize, expected), []);

    /// <summary>A table that takes nothing.</summary>
    public static ReplayKeySet Closed { get; } = MakeClosed();

    public int Count => Volatile.Read(ref _count);

    public ReplayStatus Add(UInt128 mark, ulong hash, CapacityLimiter budget)
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
            (_isClosed, _marks, _index, _count) = (true, [], [], 0);
            return count;
        }
        finally
        {
            if (isTaken) _gate.Exit(useMemoryBarrier: false);
        }
    }

    private ReplayStatus AddAlone(UInt128 mark, ulong hash, CapacityLimiter budget)
    {
        if (_isClosed) return ReplayStatus.Conflicting; // the horizon was raised while the caller was on the way here

        // Before the budget is taken: if there is no memory to grow into, nothing was counted.
        if (_count == _marks.Length)
        {
            if (!TryFindFree(mark, hash, out _)) return ReplayStatus.Repeated;
            Resize(_count + Math.Max(_count / 2, 1), _marks);
        }

        // Before the search, for which it would have to wait. A repetition gives back at once what it took.
        bool hasRoom = budget.TryTake(1);
        if (!TryFindFree(mark, hash, out int slot))
        {
            if (hasRoom) budget.GiveBack(1);
            return ReplayStatus.Repeated;
        }

        if (!hasRoom) return ReplayStatus.Full;
        _marks[_count++] = mark;
        _index[slot] = EntryOf(_count, hash);
        return ReplayStatus.First;
    }

    private void Resize(int size, UInt128[] marks)
    {
        UInt128[] larger = new UInt128[size];
        marks.CopyTo(larger, 0);
        uint[] index = new uint[(size * (long)MaxLoadDenominator / MaxLoadNumerator) + 1];
        (_marks, _index, _placeBits) = (larger, index, BitOperations.Log2((uint)size) + 1);
        for (int place = 1; place <= marks.Length; place++)
        {
            ulong hash = SipHash13.Of(marks[place - 1]);
            TryFindFree(marks[place - 1], hash, out int slot);
            index[slot] = EntryOf(place, hash);
        }
    }

    // The lowest bits of the hash chose the table, and the highest choose the slot: the ones between tell marks apart
    // that meet there.
    private uint EntryOf(int place, ulong hash) => (uint)(hash >> 4) << _placeBits | (uint)place;

    // The free slot where a mark belongs, unless the mark is there; there always is one.
    private bool TryFindFree(UInt128 mark, ulong hash, out int slot)
    {
        uint[] index = _index;
        uint wanted = EntryOf(0, hash), placeMask = (1u << _placeBits) - 1;
        slot = (int)Math.BigMul(hash, (ulong)index.Length, out _); // the hash as a fraction of the array
        while (index[slot] is not 0 and uint entry)
        {
            if ((entry & ~placeMask) == wanted && _marks[(entry & placeMask) - 1] == mark) return false;
            if (++slot == index.Length) slot = 0;
        }

        return true;
    }

    private static ReplayKeySet MakeClosed()
    {
        ReplayKeySet table = new ReplayKeySet(0);
        table.Close();
        return table;
    }
}
