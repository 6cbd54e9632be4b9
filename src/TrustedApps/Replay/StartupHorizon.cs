namespace TrustedApps.Replay;

/// <summary>
/// The start of a replay cache. Assertions that may have been accepted before it are not in the cache.
/// </summary>
/// <param name="Horizon">
/// Seconds since 1970: the last second in which an assertion of version 4 that was accepted before may have been
/// issued.
/// </param>
/// <param name="Moment">
/// Milliseconds since 1970: the last moment at which an assertion may have been accepted before.
/// </param>
internal readonly record struct StartupHorizon(long Horizon, long Moment)
{
    /// <summary>The horizon of a new installation: nothing was accepted before.</summary>
    public static StartupHorizon First { get; } = new(long.MinValue, long.MinValue);

    // The latest whole second that an earlier process can have accepted as the time of issue, rounded up twice, and the
    // moment in milliseconds, the unit of the verifiers.
    public static StartupHorizon At(DateTimeOffset start, TimeSpan skew) =>
        new(Seconds(start - DateTimeOffset.UnixEpoch) + Seconds(skew), start.ToUnixTimeMilliseconds());

    /// <summary>
    /// Returns the time that an application has to wait until a new assertion cannot have been accepted before; null if
    /// this one cannot.
    /// </summary>
    /// <param name="moment">
    /// Milliseconds since 1970: the last moment at which an assertion may have been accepted before.
    /// </param>
    /// <param name="record">An entry of versions 1 to 3 or of Warwick.</param>
    public static TimeSpan? FindWait(long moment, in ReplayEntry record) =>
        record.Since > moment
            ? null
            : TimeSpan.FromMilliseconds(Math.Min(moment - record.Since, ReplayEntry.MaxAhead) + 1);

    private static long Seconds(TimeSpan time) => (time.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
}
