namespace TrustedApps.Replay;

/// <summary>The number of marks that all applications together may hold.</summary>
internal sealed class ReplayBudget(int capacity)
{
    private int _used;

    public int Used => Volatile.Read(ref _used);

    public bool TryTake(int count)
    {
        if (Interlocked.Add(ref _used, count) <= capacity) return true;
        Interlocked.Add(ref _used, -count);
        return false;
    }

    public void GiveBack(int count) => Interlocked.Add(ref _used, -count);
}
