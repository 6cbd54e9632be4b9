namespace TrustedApps.Replay;

/// <summary>What is remembered of one application, in the one or the other way or both, each made when it is first needed.</summary>
internal sealed class ApplicationMemory(ReplayBudget budget, StartOfMemory start)
{
    private LegacyMemory? _legacy;
    private OnceOnlyMemory? _onceOnly;

    // Of two that are made at once one is kept, and both callers get that one.
    private LegacyMemory Legacy =>
        Volatile.Read(ref _legacy) ?? Interlocked.CompareExchange(ref _legacy, new LegacyMemory(budget, start.Moment), null) ?? _legacy;

    private OnceOnlyMemory OnceOnly =>
        Volatile.Read(ref _onceOnly) ?? Interlocked.CompareExchange(ref _onceOnly, new OnceOnlyMemory(budget, start.Horizon), null) ?? _onceOnly;

    public ReplayAnswer Remember(in ReplayRecord record) => record.IsOnceOnly
        ? OnceOnly.Remember(record.Marks[0].Key, record.IssuedAt, record.Until, record.Now)
        : RememberLegacy(record);

    /// <summary>What is known of a record of versions 1 to 3 or of Warwick, without remembering it.</summary>
    public ReplayStatus? Find(in ReplayRecord record) => Legacy.Find(record.Marks, record.Now);

    public void DropExpired(long now)
    {
        Volatile.Read(ref _legacy)?.DropExpired(now);
        Volatile.Read(ref _onceOnly)?.DropExpired(now);
    }

    private ReplayAnswer RememberLegacy(in ReplayRecord record)
    {
        ReplayStatus status = Legacy.Remember(record.Marks, record.Until, record.Now, record.Since);
        return new ReplayAnswer(status, status == ReplayStatus.Starting ? StartOfMemory.FindWait(start.Moment, record) : null);
    }
}
