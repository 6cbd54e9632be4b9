namespace TrustedApps.Replay;

/// <summary>
/// The replay cache of one application. The parts for version 4 and for older versions are each created on first use.
/// </summary>
internal sealed class ApplicationReplayCache(CapacityLimiter budget, StartupHorizon start)
{
    private const double Much = 0.8;

    private LegacyReplayCache? _legacy;
    private NonceCache? _onceOnly;

    /// <summary>The number of replay keys held at this moment.</summary>
    public int Count => budget.Used;

    // If two threads create a part at once, one is stored, and both callers get that one.
    private LegacyReplayCache Legacy =>
        Volatile.Read(ref _legacy)
        ?? Interlocked.CompareExchange(ref _legacy, new LegacyReplayCache(budget), null)
        ?? _legacy;

    private NonceCache OnceOnly =>
        Volatile.Read(ref _onceOnly)
        ?? Interlocked.CompareExchange(ref _onceOnly, new NonceCache(budget, start), null)
        ?? _onceOnly;

    public ReplayResult TryAdd(in ReplayEntry record) => record.IsSingleUse
        ? OnceOnly.Remember(record.Marks[0].Key, record.IssuedAt, record.Until, record.Now)
        : RememberLegacy(record);

    /// <summary>Returns the state of an entry of versions 1 to 3 or of Warwick, without adding the entry.</summary>
    public ReplayStatus? Find(in ReplayEntry record) => Legacy.Find(record.Marks, record.Now);

    public void DropExpired(long now)
    {
        Volatile.Read(ref _legacy)?.DropExpired(now);
        Volatile.Read(ref _onceOnly)?.DropExpired(now);
    }

    /// <summary>Returns the number of replay keys that have not expired; an idle application may hold others.</summary>
    public int CountCurrent(long now) =>
        (Volatile.Read(ref _legacy)?.CountCurrent(now) ?? 0) + (Volatile.Read(ref _onceOnly)?.CountCurrent(now) ?? 0);

    /// <summary>
    /// See <see cref="CapacityLimiter.Utilization"/>. When that is much, expired replay keys, which an idle application
    /// holds, do not count.
    /// </summary>
    public double UtilizationAt(long now)
    {
        (double held, int used) = (budget.Utilization, Count);
        return held <= Much || used == 0 ? held : held * Math.Min(1, (double)CountCurrent(now) / used);
    }

    /// <summary>Follows a reserve that has become smaller.</summary>
    public void ShrinkReserve() => budget.ShrinkReserve();

    /// <summary>Writes both parts.</summary>
    public void Write(BinaryWriter writer)
    {
        OnceOnly.Write(writer);
        Legacy.Write(writer);
    }

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    /// <returns>Whether there is room for the replay keys.</returns>
    public bool TryRead(BinaryReader reader) => OnceOnly.TryRead(reader) && Legacy.TryRead(reader);

    private ReplayResult RememberLegacy(in ReplayEntry record)
    {
        TimeSpan? wait = start.FindWait(record);
        ReplayStatus status = Legacy.Remember(record.Marks, record.Until, record.Now, isStarting: wait is not null);
        return new ReplayResult(status, status == ReplayStatus.Starting ? wait : null);
    }
}
