using Microsoft.Extensions.Logging;

namespace TrustedApps.Admin.Api;

internal static partial class ApiLog
{
    [LoggerMessage(
        80,
        LogLevel.Error,
        "A request to the management API could not be answered: {Problem}",
        EventName = "ManagementRequestFailed"
    )]
    public static partial void RequestFailed(this ILogger logger, Exception cause, string? problem);
}
