namespace TrustedApps.Replay;

/// <summary>When a memory started, and with it what may have been accepted before and is not known.</summary>
/// <param name="Horizon">
/// Seconds since 1970: the last one in which what was issued under version 4 may have been accepted before.
/// </param>
/// <param name="Moment">
/// Milliseconds since 1970: the last moment at which anything may have been accepted before.
/// </param>
internal readonly record struct StartupHorizon(long Horizon, long Moment)
{
    /// <summary>Nothing was accepted before.</summary>
    public static StartupHorizon First { get; } = new(long.MinValue, long.MinValue);

    // The latest whole second by which an earlier process can have accepted an assertion as issued, rounded up twice;
    // the
    // moment in milliseconds as the verifiers count them.
    public static StartupHorizon At(DateTimeOffset start, TimeSpan skew) =>
        new(Seconds(start - DateTimeOffset.UnixEpoch) + Seconds(skew), start.ToUnixTimeMilliseconds());

    /// <summary>
    /// How long an application has to wait until a new assertion cannot have been accepted before; null if this one
    /// cannot.
    /// </summary>
    /// <param name="moment">
    /// Milliseconds since 1970: the last moment at which anything may have been accepted before.
    /// </param>
    /// <param name="record">A record of versions 1 to 3 or of Warwick.</param>
    public static TimeSpan? FindWait(long moment, in ReplayEntry record) =>
        record.Since > moment
            ? null
            : TimeSpan.FromMilliseconds(Math.Min(moment - record.Since, ReplayEntry.MaxAhead) + 1);

    private static long Seconds(TimeSpan time) => (time.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
}
