using Microsoft.Extensions.Logging;

namespace TrustedApps.Keys;

internal static partial class KeyFileLog
{
    [LoggerMessage(
        50,
        LogLevel.Information,
        "The key file {Path} was changed: '{Application}' now uses its keys. Current keys: {Keys}",
        EventName = "OwnKeysReplaced"
    )]
    public static partial void KeysReplaced(this ILogger logger, string path, string application, string keys);

    [LoggerMessage(
        51,
        LogLevel.Error,
        "The key file {Path} was changed and cannot be used, so the keys in memory stay in use. Restore the file. {Problem}",
        EventName = "KeyFileNotUsed"
    )]
    public static partial void KeyFileNotUsed(this ILogger logger, string path, string problem);
}
