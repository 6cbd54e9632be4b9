namespace TrustedApps.Storage.Replay;

/// <summary>Reports an outage once when it begins and once when it ends.</summary>
internal sealed class ReplayHealth(Action<Exception> lost, Action back)
{
    private readonly Lock _gate = new();
    private bool _isLost;
    private int _losses;

    /// <summary>Whether there is an outage.</summary>
    public bool IsLost => Volatile.Read(ref _isLost);

    /// <summary>Begins an attempt. The result is the argument of <see cref="Succeeded"/>.</summary>
    public int Begin() => Volatile.Read(ref _losses);

    public void Failed(Exception problem)
    {
        lock (_gate)
        {
            _losses++;
            if (_isLost) return;
            _isLost = true;
            lost(problem);
        }
    }

    /// <summary>Ends the outage, unless the attempt began before the last failure.</summary>
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
