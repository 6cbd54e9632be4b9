namespace TrustedApps.Replay;

/// <summary>What is known of the start of a replay cache.</summary>
/// <param name="Horizon">
/// Seconds since 1970: the last second in which an assertion of version 4 that was accepted before may have been
/// issued.
/// </param>
/// <param name="Moment">
/// Milliseconds since 1970: the last moment at which an assertion of an older version may have been accepted before.
/// </param>
/// <param name="LastStamp">
/// Milliseconds since 1970: the latest stamp of an assertion of an older version that may have been accepted before.
/// </param>
/// <param name="LastMoment">
/// Milliseconds since 1970: the latest moment at which that may have happened, by the clock of the process that did.
/// </param>
/// <param name="Elapsed">
/// The time since the start, by a monotonic clock; null if the other values do not depend on a clock. Negative if the
/// start is yet to come.
/// </param>
internal readonly record struct StartupTimes(
    long Horizon, long Moment, long LastStamp, long LastMoment, TimeSpan? Elapsed)
{
    /// <summary>Nothing was accepted before.</summary>
    public static StartupTimes None { get; } =
        new(long.MinValue, long.MinValue, long.MinValue, long.MinValue, null);
}
