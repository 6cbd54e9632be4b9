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

    [LoggerMessage(40, LogLevel.Information, "'{Application}' has a new certificate, vouched for by a key on record. Signing keys: {Keys}", EventName = "KeysReplaced")]
    public static partial void KeysReplaced(this ILogger logger, string application, string keys);

    [LoggerMessage(41, LogLevel.Warning, "'{Application}' has a new certificate that leaves out a signing key on record. Its signing keys {Keys} take effect at {TakesEffectAt}, unless an administrator confirms or rejects them before. If its administrator knows nothing of it, a key was stolen", EventName = "KeysHeld")]
    public static partial void KeysHeld(this ILogger logger, string application, string keys, DateTimeOffset takesEffectAt);

    [LoggerMessage(42, LogLevel.Warning, "A new certificate of '{Application}' was not accepted, so nothing on record changes. {Problem}", EventName = "KeysRefused")]
    public static partial void KeysRejected(this ILogger logger, string application, string problem);

    [LoggerMessage(43, LogLevel.Warning, "The certificate of '{Application}' could not be fetched again; what is on record stays. {Problem}", EventName = "CertificateNotFetched")]
    public static partial void CertificateNotFetched(this ILogger logger, string application, string problem);

    [LoggerMessage(44, LogLevel.Warning, "The certificate of '{Application}' was last confirmed at {LastConfirmedAt}, more than 30 days ago. Is it still served, and is the application still in use?", EventName = "CertificateUnconfirmed")]
    public static partial void CertificateUnconfirmed(this ILogger logger, string application, DateTimeOffset lastConfirmedAt);
}
