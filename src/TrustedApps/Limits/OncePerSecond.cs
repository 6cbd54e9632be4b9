namespace TrustedApps.Limits;

/// <summary>
/// Allows something at most once a second, by a clock that cannot be set: the answers of a provider correct the other.
/// Safe for concurrent use.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class OncePerSecond(TimeProvider time)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long? _allowedAt; // a time stamp

    /// <summary>Whether it is allowed now; it is then not allowed again for a second.</summary>
    public bool TryPass()
    {
        lock (_gate)
        {
            if (_allowedAt is { } last && time.GetElapsedTime(last) < _interval) return false;
            _allowedAt = time.GetTimestamp();
            return true;
        }
    }
}
