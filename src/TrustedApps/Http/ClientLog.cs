using Microsoft.Extensions.Logging;

namespace TrustedApps.Http;

internal static partial class ClientLog
{
    [LoggerMessage(30, LogLevel.Warning, "This host's clock differs from that of {BaseUrl} by {Correction}: assertions are stamped by the provider's clock from now on. Synchronise the clocks", EventName = "ClockCorrected")]
    public static partial void ClockCorrected(this ILogger logger, string baseUrl, TimeSpan correction);

    [LoggerMessage(31, LogLevel.Information, "The certificate of {Application} at {BaseUrl} is pinned. Signing keys: {Fingerprints}", EventName = "ProviderPinned")]
    public static partial void ProviderPinned(this ILogger logger, string application, string baseUrl, string fingerprints);
}
