using Microsoft.Extensions.Logging;

namespace TrustedApps.Replay;

internal static partial class ReplayFileLog
{
    [LoggerMessage(
        55,
        LogLevel.Information,
        "The replay cache continues with the {Count} entries that the last process left in {Path}",
        EventName = "ReplayCacheContinued"
    )]
    public static partial void ReplayCacheContinued(this ILogger logger, int count, string path);

    [LoggerMessage(
        56,
        LogLevel.Information,
        "The last process ended before it could save its replay cache in {Path}. Assertions that it may have accepted are refused with UNAVAILABLE, those of version 4 for {Seconds} seconds",
        EventName = "ReplayCacheLost"
    )]
    public static partial void ReplayCacheLost(this ILogger logger, string path, long seconds);

    [LoggerMessage(
        57,
        LogLevel.Warning,
        "The replay cache in {Path} is not used: {Problem} Assertions that an earlier process may have accepted are refused with UNAVAILABLE, those of version 4 for {Seconds} seconds. This ends by itself",
        EventName = "ReplayFileNotUsed"
    )]
    public static partial void ReplayFileNotUsed(this ILogger logger, string path, string problem, long seconds);

    [LoggerMessage(
        58,
        LogLevel.Warning,
        "{Path} cannot be written, so the replay cache does not survive a restart, and each start refuses requests with UNAVAILABLE for about half a minute: {Problem} Set ReplayFile to a file that this process can write, or to an empty text to do without",
        EventName = "ReplayFileNotWritten"
    )]
    public static partial void ReplayFileNotWritten(this ILogger logger, string path, string problem);

    [LoggerMessage(
        59,
        LogLevel.Error,
        "The replay cache cannot keep {Path} any more, so requests that need it are refused with UNAVAILABLE: {Problem}",
        EventName = "ReplayFileFailed"
    )]
    public static partial void ReplayFileFailed(this ILogger logger, string path, string problem);
}
