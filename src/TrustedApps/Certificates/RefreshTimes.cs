namespace TrustedApps.Certificates;

/// <summary>The times of one certificate that is kept in memory. Safe for concurrent use.</summary>
internal sealed class RefreshTimes(DateTimeOffset lastFetch)
{
    private long _due = RefreshSchedule.Next(lastFetch).UtcTicks;
    private long _suspicionFrom;

    /// <summary>
    /// Claims a fetch that is due. The fetch is retried within an hour unless <see cref="Schedule"/> follows.
    /// </summary>
    /// <returns>Whether it is due and no other caller has claimed it.</returns>
    public bool TryClaim(DateTimeOffset now)
    {
        long due = Volatile.Read(ref _due);
        return IsReached(due, RefreshSchedule.Interval, now)
            && Interlocked.CompareExchange(ref _due, RefreshSchedule.Retry(now).UtcTicks, due) == due;
    }

    /// <summary>
    /// Claims a fetch because of an unknown key, at most once in 5 minutes. The next regular fetch stays when it is:
    /// requests, whose time a stranger chooses, must not move it.
    /// </summary>
    /// <returns>Whether this call has claimed it.</returns>
    public bool TryClaimSuspect(DateTimeOffset now)
    {
        long from = Volatile.Read(ref _suspicionFrom);
        return IsReached(from, RefreshSchedule.SuspicionInterval, now)
            && Interlocked.CompareExchange(
                ref _suspicionFrom, (now + RefreshSchedule.SuspicionInterval).UtcTicks, from) == from;
    }

    public void Schedule(DateTimeOffset next) => Volatile.Write(ref _due, next.UtcTicks);

    // A time further ahead than its interval was set by a clock that has been corrected since.
    private static bool IsReached(long ticks, TimeSpan interval, DateTimeOffset now) =>
        now.UtcTicks >= ticks || ticks - now.UtcTicks > interval.Ticks;
}
