namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// Ensures that each application is trusted once on this host. All schemes share one replay cache, and each adds
/// entries by its own conditions: an entry of one scheme would be missing, or would reject a first request, in another.
/// </summary>
internal sealed class TrustRegister
{
    private readonly Dictionary<string, string> _schemeOfApplication = new(StringComparer.Ordinal);
    private readonly List<(string Scheme, ITrustStore Store)> _stores = [];

    /// <exception cref="InvalidOperationException">Another scheme trusts one of the applications.</exception>
    public void Add(string scheme, InMemoryTrustStore trusts)
    {
        foreach (TrustedApplication trust in trusts.Trusts)
        {
            if (_schemeOfApplication.TryAdd(trust.Id, scheme)) continue;
            throw new InvalidOperationException(
                $"The application '{trust.Id}' is trusted by the schemes '{_schemeOfApplication[trust.Id]}' and '{scheme}'. Trust an application in one scheme only: give one trust all the versions and conditions that it needs."
            );
        }
    }

    /// <summary>Adds a store whose trusts can be found but not listed.</summary>
    public void Add(string scheme, ITrustStore store) => _stores.Add((scheme, store));

    /// <exception cref="InvalidOperationException">A store has a trust that configuration has as well.</exception>
    public void RequireNoneInStores()
    {
        foreach ((string scheme, ITrustStore store) in _stores)
        {
            if (_schemeOfApplication.Keys.FirstOrDefault(id => store.Find(id) is not null) is not { } id) continue;
            throw new InvalidOperationException(
                $"The application '{id}' is trusted twice: by the configuration of the scheme '{_schemeOfApplication[id]}' and by the trust store of the scheme '{scheme}'. Remove it from one of them, such as with 'trusted-apps trust remove {id}'."
            );
        }
    }
}
