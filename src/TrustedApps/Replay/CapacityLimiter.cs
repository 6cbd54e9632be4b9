namespace TrustedApps.Replay;

/// <summary>
/// Limits the number of replay keys of one application, inside the limit of all applications together.
/// </summary>
internal sealed class CapacityLimiter(int capacity, CapacityLimiter? whole = null)
{
    private long _used; // exceeds the capacity for a moment, so more than an int

    public int Used => (int)Math.Min(Volatile.Read(ref _used), capacity);

    public bool HasRoom(int count) => Volatile.Read(ref _used) + count <= capacity && whole?.HasRoom(count) != false;

    public bool TryTake(int count)
    {
        if (Interlocked.Add(ref _used, count) <= capacity && (whole is null || whole.TryTake(count))) return true;
        Interlocked.Add(ref _used, -count);
        return false;
    }

    public void GiveBack(int count)
    {
        Interlocked.Add(ref _used, -count);
        whole?.GiveBack(count);
    }
}
