using Microsoft.Extensions.Logging;

namespace TrustedApps.Storage.Replay;

/// <summary>What an administrator is told of the shared replay memory.</summary>
internal static partial class ReplayLog
{
    [LoggerMessage(60, LogLevel.Warning, "The shared replay memory does not answer, so assertions that need it are refused as UNAVAILABLE until it does. {Problem}", EventName = "ReplayStoreLost")]
    public static partial void ReplayStoreLost(this ILogger logger, string problem);

    [LoggerMessage(61, LogLevel.Information, "The shared replay memory answers again", EventName = "ReplayStoreBack")]
    public static partial void ReplayStoreBack(this ILogger logger);

    [LoggerMessage(62, LogLevel.Warning, "The shared replay memory cannot drop what has expired; in twelve minutes it refuses everything new as UNAVAILABLE. {Problem}", EventName = "ReplayMaintenanceFailed")]
    public static partial void ReplayMaintenanceFailed(this ILogger logger, string problem);

    [LoggerMessage(63, LogLevel.Information, "The shared replay memory drops again what has expired", EventName = "ReplayMaintenanceBack")]
    public static partial void ReplayMaintenanceBack(this ILogger logger);

    [LoggerMessage(64, LogLevel.Warning, "The database of the shared replay memory is another server than before, or was restored. It may lack what was accepted, so assertions issued in the next {Seconds} seconds are refused as UNAVAILABLE", EventName = "ReplayServerChanged")]
    public static partial void ReplayServerChanged(this ILogger logger, long seconds);

    [LoggerMessage(65, LogLevel.Error, "The clock of the database of the shared replay memory is {Seconds} seconds ahead of this node's. One of the two is wrong; what has expired is dropped by this node's", EventName = "ReplayClockAhead")]
    public static partial void ReplayClockAhead(this ILogger logger, long seconds);
}
