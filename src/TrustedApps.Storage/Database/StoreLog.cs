using Microsoft.Extensions.Logging;

namespace TrustedApps.Storage.Database;

internal static partial class StoreLog
{
    [LoggerMessage(70, LogLevel.Error, "The trust of '{Application}' in the store cannot be read, so its requests are refused: {Problem} Was it written by a newer version of this program? Otherwise remove it and add it again", EventName = "TrustUnreadable")]
    public static partial void TrustUnreadable(this ILogger logger, string application, string problem);

    [LoggerMessage(71, LogLevel.Warning, "The store {Store} does not answer: {Problem} While it is silent for longer than MaxStaleness, trusted requests are refused with UNAVAILABLE", EventName = "StoreSilent")]
    public static partial void StoreSilent(this ILogger logger, string store, string problem);

    [LoggerMessage(72, LogLevel.Information, "The store {Store} answers again", EventName = "StoreAnswers")]
    public static partial void StoreAnswers(this ILogger logger, string store);

    [LoggerMessage(73, LogLevel.Information, "The store {Store} holds {Count} trusts", EventName = "StoreLoaded")]
    public static partial void StoreLoaded(this ILogger logger, string store, int count);

    [LoggerMessage(79, LogLevel.Warning, "The store {Store} is not what it was: a backup was restored, or a server took over that lacks changes. Everything is read anew. Look at the audit trail: trusts that were revoked since may be back", EventName = "StoreHistoryLost")]
    public static partial void StoreHistoryLost(this ILogger logger, string store);

    [LoggerMessage(74, LogLevel.Warning, "Counts of requests and refusals could not be written, and are kept for the next time: {Problem}", EventName = "ActivityNotWritten")]
    public static partial void ActivityNotWritten(this ILogger logger, string problem);

    [LoggerMessage(76, LogLevel.Information, "The store had no keys of '{Application}': new ones were made and sealed. Keys: {Keys}", EventName = "OwnKeysMade")]
    public static partial void OwnKeysMade(this ILogger logger, string application, string keys);

    [LoggerMessage(77, LogLevel.Information, "'{Application}' has new keys of its own. Keys: {Keys}", EventName = "OwnKeysReplaced")]
    public static partial void OwnKeysReplaced(this ILogger logger, string application, string keys);

    [LoggerMessage(78, LogLevel.Error, "The new keys of '{Application}' in the store cannot be used, and those before stay in use: {Problem}", EventName = "OwnKeysUnreadable")]
    public static partial void OwnKeysUnreadable(this ILogger logger, string application, string problem);
}
