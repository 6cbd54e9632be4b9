namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// The identities that trusted proxies sent with a request, one for each scheme, for the handlers of the schemes.
/// </summary>
internal sealed class ProxyIdentityFeature
{
    /// <summary>The feature of a request in which no trusted proxy sent anything.</summary>
    public static ProxyIdentityFeature None { get; } = new();

    private readonly ProxyIdentity[] _identities;

    private ProxyIdentityFeature(params ProxyIdentity[] identities) => _identities = identities;

    public ProxyIdentityFeature With(ProxyIdentity identity) => new([.. _identities, identity]);

    public ProxyIdentity? Find(string scheme)
    {
        foreach (ProxyIdentity identity in _identities)
        {
            if (identity.Proxy.Scheme == scheme) return identity;
        }

        return null;
    }
}

/// <summary>The identity that a trusted proxy sent with a request, or the reason why it was rejected.</summary>
/// <param name="Proxy">The trusted proxy, as the options of a scheme describe it.</param>
/// <param name="Name">The name of the user as the proxy sent it; empty if it was rejected.</param>
/// <param name="Attributes">
/// The values of the attribute headers in the order of the options; null for an absent one.
/// </param>
/// <param name="Code">The reason for a rejection, one of <see cref="RejectionCodes"/>; null if it was accepted.</param>
/// <param name="Problem">The reason for a rejection, for the log.</param>
internal sealed record ProxyIdentity(
    TrustedProxy Proxy,
    string Name,
    string?[] Attributes,
    string? Code = null,
    string? Problem = null
)
{
    public static ProxyIdentity Rejected(TrustedProxy proxy, string code, string problem) =>
        new(proxy, "", [], code, problem);
}
