using System.Numerics;

namespace TrustedApps.Replay;

/// <summary>
/// Replay keys in the order of arrival, and an index to find them: positions in the first array, each stored as near
/// after its own slot in the index as there is room (open addressing, linear probing). The index has a quarter of the
/// size of the keys, so it stays longer in the CPU caches, and for a new key only the index is searched.
/// </summary>
internal sealed class ReplayKeySet
{
    private const int LeastSize = 3;

    // At three quarters full, a search for a new key probes 8.5 slots, which are in one cache line or two. Growing by
    // half then leaves 21 to 32 bytes a key, and 26 on average. Doubling would leave 21 to 43, and all tables of a
    // bucket grow at about the same time.
    private const int MaxLoadNumerator = 3;
    private const int MaxLoadDenominator = 4;

    // Held for a search, or while growing. Taking it costs half as much as a lock, and releasing it is a plain write,
    // which waits for nothing.
    private SpinLock _gate = new(enableThreadOwnerTracking: false);
    private UInt128[] _marks = [];
    // zero is free; otherwise the position of a key, counted from one, and above it bits of the key's hash
    private uint[] _index = [];
    private int _placeBits;
    private bool _isClosed;
    private int _count;

    /// <summary>Creates a set with room for that many keys without growing.</summary>
    public ReplayKeySet(int expected) => Resize(Math.Max(LeastSize, expected), []);

    /// <summary>A set that accepts no keys.</summary>
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

    /// <summary>Copies the keys.</summary>
    public UInt128[] ToArray()
    {
        bool isTaken = false;
        try
        {
            _gate.Enter(ref isTaken);
            return _marks[.._count];
        }
        finally
        {
            if (isTaken) _gate.Exit(useMemoryBarrier: false);
        }
    }

    /// <summary>Drops the keys, closes the set for more, and returns how many there were.</summary>
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

        // Before the capacity is taken: if there is no memory to grow into, nothing was counted.
        if (_count == _marks.Length)
        {
            if (!TryFindFree(mark, hash, out _)) return ReplayStatus.Repeated;
            Resize(_count + Math.Max(_count / 2, 1), _marks);
        }

        // Before the search, which would have to wait for it. A repetition releases its share at once.
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

    // The lowest bits of the hash choose the set, and the highest choose the slot. The bits between distinguish keys
    // that share both.
    private uint EntryOf(int place, ulong hash) => (uint)(hash >> 4) << _placeBits | (uint)place;

    // Finds the free slot for a key, unless the key is present. There is always a free slot.
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
