using TrustedApps.Keys;

namespace TrustedApps.Protocols.Version4;

/// <summary>What a provider measures grants by.</summary>
/// <param name="Keys">Its own id and keys; null when it has none, and so accepts no grant.</param>
/// <param name="BaseUrls">Its public base URLs.</param>
/// <param name="AcceptsAnyBaseUrl">Whether a grant may name any base URL.</param>
/// <param name="Skew">How far two clocks may differ, in seconds.</param>
/// <param name="MaxLifetime">How long a grant may live, in seconds.</param>
internal sealed record KeyGrantRules(
    ApplicationKeys? Keys,
    BaseUrl[] BaseUrls,
    bool AcceptsAnyBaseUrl,
    long Skew,
    long MaxLifetime
);
