namespace TrustedApps.Storage.Replay;

/// <summary>Whether something works, told once when it stops and once when it works again.</summary>
internal sealed class ReplayHealth(Action<string> lost, Action back)
{
    private readonly Lock _gate = new();
    private bool _isLost;
    private int _losses;

    /// <summary>What an attempt that begins now hands to <see cref="Succeeded"/>.</summary>
    public int Begin() => Volatile.Read(ref _losses);

    public void Failed(string problem)
    {
        lock (_gate)
        {
            _losses++;
            if (_isLost) return;
            _isLost = true;
            lost(problem);
        }
    }

    /// <summary>An attempt that began before the last failure proves nothing.</summary>
    public void Succeeded(int begun)
    {
        if (!Volatile.Read(ref _isLost)) return;
        lock (_gate)
        {
            if (!_isLost || begun != _losses) return;
            _isLost = false;
            back();
        }
    }
}
