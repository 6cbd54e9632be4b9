using Microsoft.Extensions.Logging;

namespace TrustedApps.Storage.Replay;

/// <summary>The log of the shared replay cache.</summary>
internal static partial class ReplayLog
{
    [LoggerMessage(
        60,
        LogLevel.Warning,
        "The shared replay cache does not answer: {Problem} Until it answers, assertions that need it are refused with UNAVAILABLE",
        EventName = "ReplayStoreLost"
    )]
    public static partial void ReplayStoreLost(this ILogger logger, string problem);

    [LoggerMessage(
        66,
        LogLevel.Warning,
        "The database of the shared replay cache answers with an error: {Problem} Until that changes, assertions that need the cache are refused with UNAVAILABLE. The log of PostgreSQL may say more",
        EventName = "ReplayStoreFailed"
    )]
    public static partial void ReplayStoreFailed(this ILogger logger, string problem);

    [LoggerMessage(61, LogLevel.Information, "The shared replay cache answers again", EventName = "ReplayStoreBack")]
    public static partial void ReplayStoreBack(this ILogger logger);

    [LoggerMessage(
        62,
        LogLevel.Warning,
        "The shared replay cache cannot drop expired entries: {Problem} If this lasts for twelve minutes, all new assertions are refused with UNAVAILABLE",
        EventName = "ReplayMaintenanceFailed"
    )]
    public static partial void ReplayMaintenanceFailed(this ILogger logger, string problem);

    [LoggerMessage(
        63,
        LogLevel.Information,
        "The shared replay cache drops expired entries again",
        EventName = "ReplayMaintenanceBack"
    )]
    public static partial void ReplayMaintenanceBack(this ILogger logger);

    [LoggerMessage(
        64,
        LogLevel.Warning,
        "The database of the shared replay cache is another server than before, or was restored, and may lack accepted assertions. Assertions that are issued in the next {Seconds} seconds are refused with UNAVAILABLE",
        EventName = "ReplayServerChanged"
    )]
    public static partial void ReplayServerChanged(this ILogger logger, long seconds);

    [LoggerMessage(
        65,
        LogLevel.Error,
        "The clock of the database of the shared replay cache is {Seconds} seconds ahead of this node's, so one of them is wrong. Entries expire by this node's clock. Synchronise both clocks (NTP)",
        EventName = "ReplayClockAhead"
    )]
    public static partial void ReplayClockAhead(this ILogger logger, long seconds);
}
