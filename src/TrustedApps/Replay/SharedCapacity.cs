using System.Numerics;

namespace TrustedApps.Replay;

/// <summary>
/// The bound on replay keys that all applications share, and the reserve that each of them has outside of it
/// (version-4.md, section 4).
/// </summary>
/// <param name="capacity">The greatest number of replay keys in the shared bound.</param>
internal sealed class SharedCapacity(int capacity)
{
    /// <summary>The greatest reserve of an application.</summary>
    public const int MaxReserve = 10_000;

    private long _used; // exceeds the capacity for a moment, and after a move of reserved keys
    private int _reserve = Math.Min(MaxReserve, capacity / 2);

    /// <summary>
    /// The reserve of each application. All reserves together are at most half of the capacity.
    /// </summary>
    public int Reserve => Volatile.Read(ref _reserve);

    /// <summary>The number of replay keys that there is room for.</summary>
    public long Room => Math.Max(0, capacity - Volatile.Read(ref _used));

    public bool HasRoom(int count) => Volatile.Read(ref _used) + count <= capacity;

    public bool TryTake(int count)
    {
        if (Interlocked.Add(ref _used, count) <= capacity) return true;
        Interlocked.Add(ref _used, -count);
        return false;
    }

    public void GiveBack(int count) => Interlocked.Add(ref _used, -count);

    /// <summary>Counts replay keys that are held already.</summary>
    public void Move(int count) => Interlocked.Add(ref _used, count);

    /// <summary>
    /// Sets the reserves for a number of applications. They shrink at each power of two, so that few changes of it
    /// concern every application. Replay keys taken before stay until they expire, so more than one and a half times
    /// the capacity may be held for that time, by a quarter of the capacity for each halving at most.
    /// </summary>
    /// <returns>Whether the reserve has become smaller.</returns>
    public bool Divide(int applications)
    {
        int each = Math.Min(MaxReserve, (int)(capacity / 2 / BitOperations.RoundUpToPowerOf2((uint)applications)));
        if (each >= Reserve) return false;
        Volatile.Write(ref _reserve, each);
        return true;
    }
}
