using Microsoft.Extensions.Logging;

namespace TrustedApps.Storage.Database;

internal static partial class StoreLog
{
    [LoggerMessage(
        67,
        LogLevel.Information,
        "'{Application}' decrypts with a new key from now on: {Key}. The next one takes its place at {Until}",
        EventName = "EncryptionKeyRotated"
    )]
    public static partial void EncryptionKeyRotated(
        this ILogger logger,
        string application,
        string key,
        string until
    );

    [LoggerMessage(
        68,
        LogLevel.Information,
        "Keys of '{Application}' whose time is over were destroyed: {Keys}",
        EventName = "OwnKeysDestroyed"
    )]
    public static partial void OwnKeysDestroyed(this ILogger logger, string application, string keys);

    [LoggerMessage(
        69,
        LogLevel.Warning,
        "The keys of '{Application}' cannot be rotated, or what was replaced cannot be erased from the database: {Problem} The keys in use stay in use, and it is tried again every minute. Until it succeeds, keys that should be destroyed are still there",
        EventName = "OwnKeysNotMaintained"
    )]
    public static partial void OwnKeysNotMaintained(this ILogger logger, string application, string problem);

    [LoggerMessage(
        70,
        LogLevel.Error,
        "The trust of '{Application}' in the store cannot be read, so its requests are refused: {Problem} Was it written by a newer version of this program? Otherwise remove it and add it again",
        EventName = "TrustUnreadable"
    )]
    public static partial void TrustUnreadable(this ILogger logger, string application, string problem);

    [LoggerMessage(
        71,
        LogLevel.Warning,
        "The store {Store} cannot be read: {Problem} When this lasts longer than MaxStaleness, trusted requests are refused with UNAVAILABLE",
        EventName = "StoreSilent"
    )]
    public static partial void StoreSilent(this ILogger logger, string store, string problem);

    [LoggerMessage(72, LogLevel.Information, "The store {Store} answers again", EventName = "StoreAnswers")]
    public static partial void StoreAnswers(this ILogger logger, string store);

    [LoggerMessage(73, LogLevel.Information, "The store {Store} holds {Count} trusts", EventName = "StoreLoaded")]
    public static partial void StoreLoaded(this ILogger logger, string store, int count);

    [LoggerMessage(
        79,
        LogLevel.Warning,
        "The store {Store} has another history: a backup was restored, or a server took over that lacks changes. All trusts are read again. Check the audit trail: trusts that were revoked since then may be in force again",
        EventName = "StoreHistoryLost"
    )]
    public static partial void StoreHistoryLost(this ILogger logger, string store);

    [LoggerMessage(
        74,
        LogLevel.Warning,
        "Counts and rejections of requests could not be written to the store, and are kept for the next attempt: {Problem}",
        EventName = "ActivityNotWritten"
    )]
    public static partial void ActivityNotWritten(this ILogger logger, string problem);

    [LoggerMessage(
        76,
        LogLevel.Information,
        "The store had no keys of '{Application}': new keys were generated and protected. Keys: {Keys}",
        EventName = "OwnKeysMade"
    )]
    public static partial void OwnKeysMade(this ILogger logger, string application, string keys);

    [LoggerMessage(
        77,
        LogLevel.Information,
        "'{Application}' has new keys of its own. Keys: {Keys}",
        EventName = "OwnKeysReplaced"
    )]
    public static partial void OwnKeysReplaced(this ILogger logger, string application, string keys);

    [LoggerMessage(
        78,
        LogLevel.Error,
        "The keys of '{Application}' in the store cannot be used. Keys that this process has loaded before stay in use. {Problem}",
        EventName = "OwnKeysUnreadable"
    )]
    public static partial void OwnKeysUnreadable(this ILogger logger, string application, string problem);
}
