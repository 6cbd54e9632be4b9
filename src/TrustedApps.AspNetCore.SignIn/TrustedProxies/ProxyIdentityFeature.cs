namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>What the filter found in a request for the schemes whose front sent something, kept for their handlers.</summary>
internal sealed class ProxyIdentityFeature
{
    /// <summary>Of a request in which no front said anything, as most are.</summary>
    public static ProxyIdentityFeature None { get; } = new();

    private readonly List<(string Scheme, ProxyIdentity Finding)> _found = [];

    /// <summary>These and one more.</summary>
    public ProxyIdentityFeature With(string scheme, ProxyIdentity finding)
    {
        ProxyIdentityFeature more = new ProxyIdentityFeature();
        more._found.AddRange(_found);
        more._found.Add((scheme, finding));
        return more;
    }

    public ProxyIdentity Of(string scheme)
    {
        foreach ((string of, ProxyIdentity finding) in _found)
        {
            if (of == scheme) return finding;
        }

        return ProxyIdentity.Nothing;
    }
}
