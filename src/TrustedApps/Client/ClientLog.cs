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

    [LoggerMessage(
        33,
        LogLevel.Warning,
        "The content of a request to {Url} has not ended after {Seconds} s. It is read into memory and bound to the assertion before the request is sent. If it waits for the response, as in a gRPC duplex call, it never ends: set AllowUnboundContent here and in the provider's trust. Further requests of this kind are not logged",
        EventName = "ContentTakesLong"
    )]
    public static partial void ContentTakesLong(this ILogger logger, string url, int seconds);

    [LoggerMessage(
        34,
        LogLevel.Warning,
        "A request to {Url} is sent without an assertion, although CurrentUser is set: it is not below BaseUrl {BaseUrl}. Correct the URL of the request or BaseUrl, or use another client for it. Further requests of this kind are not logged",
        EventName = "RequestOutsideBaseUrl"
    )]
    public static partial void RequestOutsideBaseUrl(this ILogger logger, string url, string baseUrl);

    [LoggerMessage(
        35,
        LogLevel.Warning,
        "The response to a request to {Url} has status {Status} and does not say that the provider has verified the request, so it is not the answer to the user who was named. {Remedy} With RequireConfirmation such a response throws. Further responses of this kind are not logged",
        EventName = "ResponseUnconfirmed"
    )]
    public static partial void ResponseUnconfirmed(this ILogger logger, string url, int status, string remedy);
}
