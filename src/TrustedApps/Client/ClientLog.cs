using Microsoft.Extensions.Logging;

namespace TrustedApps.Client;

internal static partial class ClientLog
{
    [LoggerMessage(
        30,
        LogLevel.Warning,
        "This host's clock differs from the clock of {BaseUrl} by {Correction}. Assertions use the provider's time from now on. Synchronise the clocks",
        EventName = "ClockCorrected"
    )]
    public static partial void ClockCorrected(this ILogger logger, string baseUrl, TimeSpan correction);

    [LoggerMessage(
        31,
        LogLevel.Information,
        "The certificate of '{Application}' at {BaseUrl} is pinned. Signing keys: {Keys}",
        EventName = "ProviderPinned"
    )]
    public static partial void ProviderPinned(this ILogger logger, string application, string baseUrl, string keys);

    [LoggerMessage(
        32,
        LogLevel.Error,
        "The keys of '{Application}' were changed, but the new ones are for another id or lack a key for version {Version}. The old ones stay in use. Correct the key store",
        EventName = "OwnKeysNotUsed"
    )]
    public static partial void OwnKeysNotUsed(this ILogger logger, string application, string version);
}
