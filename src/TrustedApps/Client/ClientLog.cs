using Microsoft.Extensions.Logging;

namespace TrustedApps.Client;

internal static partial class ClientLog
{
    [LoggerMessage(30, LogLevel.Warning, "This host's clock differs from that of {BaseUrl} by {Correction}: assertions are stamped by the provider's clock from now on. Synchronise the clocks", EventName = "ClockCorrected")]
    public static partial void ClockCorrected(this ILogger logger, string baseUrl, TimeSpan correction);

    [LoggerMessage(31, LogLevel.Information, "The certificate of '{Application}' at {BaseUrl} is pinned. Signing keys: {Keys}", EventName = "ProviderPinned")]
    public static partial void ProviderPinned(this ILogger logger, string application, string baseUrl, string keys);

    [LoggerMessage(32, LogLevel.Error, "The keys of '{Application}' were changed, and version {Version} cannot be spoken with the new ones: those before stay in use. The new ones are for another id, or have no key for that version", EventName = "OwnKeysNotUsed")]
    public static partial void OwnKeysNotUsed(this ILogger logger, string application, string version);
}
