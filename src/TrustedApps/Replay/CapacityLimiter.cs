namespace TrustedApps.Replay;

/// <summary>
/// Limits the number of replay keys of one application. A small reserve is the application's own, and the rest comes
/// out of a bound that all applications share.
/// </summary>
/// <param name="capacity">The greatest number of replay keys of this application.</param>
/// <param name="shared">
/// The shared bound, which also sets the size of the reserve; null if the application shares none.
/// </param>
internal sealed class CapacityLimiter(int capacity, SharedCapacity? shared = null)
{
    private int _reserved; // out of the reserve
    private int _shared; // out of the shared bound

    public int Used => Volatile.Read(ref _reserved) + Volatile.Read(ref _shared);

    /// <summary>The used share of the replay keys that the application can hold at this moment.</summary>
    /// <value>0 to 1: full.</value>
    public double Utilization
    {
        get
        {
            (int reserved, int used) = (Volatile.Read(ref _reserved), Used);
            long free = Math.Max(0, Reserve - reserved) + (shared?.Room ?? 0);
            long room = Math.Min(free, Math.Max(0, capacity - used));
            return used + room == 0 ? 1 : (double)used / (used + room);
        }
    }

    private int Reserve => shared is null ? capacity : Math.Min(capacity, shared.Reserve);

    public bool HasRoom(int count)
    {
        int free = Math.Max(0, Reserve - Volatile.Read(ref _reserved));
        return count <= free || (shared?.HasRoom(count - free) == true && (long)Used + count <= capacity);
    }

    public bool TryTake(int count)
    {
        int reserved = TakeReserve(count), rest = count - reserved;
        if (rest == 0 || TryTakeShared(rest)) return true;
        Interlocked.Add(ref _reserved, -reserved);
        return false;
    }

    /// <summary>Releases replay keys, those of the shared bound first.</summary>
    public void GiveBack(int count)
    {
        int taken = TakeDown(ref _shared, count);
        if (taken > 0) shared!.GiveBack(taken);
        Interlocked.Add(ref _reserved, taken - count);
    }

    /// <summary>Counts to the shared bound what exceeds a reserve that has become smaller.</summary>
    public void ShrinkReserve()
    {
        int excess = TakeDown(ref _reserved, Math.Max(0, Volatile.Read(ref _reserved) - Reserve));
        if (excess == 0) return;
        shared!.Move(excess);
        Interlocked.Add(ref _shared, excess);
    }

    private int TakeReserve(int count)
    {
        int known = Volatile.Read(ref _reserved);
        while (true)
        {
            int taken = Math.Min(count, Reserve - known);
            if (taken <= 0) return 0;
            int found = Interlocked.CompareExchange(ref _reserved, known + taken, known);
            if (found == known) return taken;
            known = found;
        }
    }

    private bool TryTakeShared(int count)
    {
        if (shared is null) return false;

        // as a long: the sum exceeds the capacity for a moment
        long used = (long)Interlocked.Add(ref _shared, count) + Volatile.Read(ref _reserved);
        if (used <= capacity && shared.TryTake(count)) return true;
        Interlocked.Add(ref _shared, -count);
        return false;
    }

    private static int TakeDown(ref int value, int count)
    {
        int known = Volatile.Read(ref value);
        while (true)
        {
            int taken = Math.Min(count, known);
            if (taken <= 0) return 0;
            int found = Interlocked.CompareExchange(ref value, known - taken, known);
            if (found == known) return taken;
            known = found;
        }
    }
}
