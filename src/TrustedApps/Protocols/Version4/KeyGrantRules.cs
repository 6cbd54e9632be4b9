using TrustedApps.Keys;

namespace TrustedApps.Protocols.Version4;

/// <summary>The rules by which a provider accepts key grants.</summary>
/// <param name="Keys">Its own id and keys; null if it has none, and therefore accepts no key grant.</param>
/// <param name="BaseUrls">Its public base URLs.</param>
/// <param name="AcceptsAnyBaseUrl">Whether a key grant may name any base URL.</param>
/// <param name="Skew">The time by which two clocks may differ, in seconds.</param>
/// <param name="MaxLifetime">The longest lifetime of a key grant, in seconds.</param>
internal sealed record KeyGrantRules(
    ApplicationKeys? Keys,
    BaseUrl[] BaseUrls,
    bool AcceptsAnyBaseUrl,
    long Skew,
    long MaxLifetime
);
