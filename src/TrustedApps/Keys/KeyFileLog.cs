using Microsoft.Extensions.Logging;

namespace TrustedApps.Keys;

internal static partial class KeyFileLog
{
    [LoggerMessage(50, LogLevel.Information, "The key file {Path} was changed: '{Application}' uses its keys from now on. Current keys: {Keys}", EventName = "OwnKeysReplaced")]
    public static partial void KeysReplaced(this ILogger logger, string path, string application, string keys);

    [LoggerMessage(51, LogLevel.Error, "The key file {Path} was changed, and cannot be used: the keys in memory stay in use until it is mended. {Problem}", EventName = "KeyFileNotUsed")]
    public static partial void KeyFileNotUsed(this ILogger logger, string path, string problem);
}
