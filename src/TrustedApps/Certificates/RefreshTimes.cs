namespace TrustedApps.Certificates;

/// <summary>The times of one certificate that is kept in memory. Safe for concurrent use.</summary>
internal sealed class RefreshTimes(DateTimeOffset now)
{
    private long _due = RefreshSchedule.Next(now).UtcTicks;
    private long _suspicionFrom;

    public bool IsDue(DateTimeOffset now) => IsReached(Volatile.Read(ref _due), RefreshSchedule.Interval, now);

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

    /// <summary>Makes the certificate due because of an unknown key, at most once in 5 minutes.</summary>
    /// <returns>Whether it is due by this call.</returns>
    public bool Suspect(DateTimeOffset now)
    {
        long from = Volatile.Read(ref _suspicionFrom);
        if (!IsReached(from, RefreshSchedule.SuspicionInterval, now)) return false;
        long next = (now + RefreshSchedule.SuspicionInterval).UtcTicks;
        if (Interlocked.CompareExchange(ref _suspicionFrom, next, from) != from) return false;
        Volatile.Write(ref _due, now.UtcTicks);
        return true;
    }

    public void Schedule(DateTimeOffset next) => Volatile.Write(ref _due, next.UtcTicks);

    // A time further ahead than its interval was set by a clock that has been corrected since.
    private static bool IsReached(long ticks, TimeSpan interval, DateTimeOffset now) =>
        now.UtcTicks >= ticks || ticks - now.UtcTicks > interval.Ticks;
}
