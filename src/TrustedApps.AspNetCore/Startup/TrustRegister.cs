namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// Ensures that each application is trusted once on this host. All schemes share one replay cache, and each adds
/// entries by its own conditions: an entry of one scheme would be missing, or would reject a first request, in another.
/// Safe for concurrent use: the certificates of some trusts are fetched in the background.
/// </summary>
internal sealed class TrustRegister
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _schemeOfApplication = new(StringComparer.Ordinal);
    private readonly List<(string Scheme, ITrustStore Store)> _stores = [];
    private readonly List<Action> _deferred = [];

    /// <exception cref="InvalidOperationException">Another scheme trusts the application.</exception>
    public void Add(string scheme, TrustedApplication trust)
    {
        lock (_gate)
        {
            if (_schemeOfApplication.TryAdd(trust.Id, scheme)) return;
            throw new InvalidOperationException(
                $"The application '{trust.Id}' is trusted by the schemes '{_schemeOfApplication[trust.Id]}' and '{scheme}'. Trust an application in one scheme only: give one trust all the versions and conditions that it needs."
            );
        }
    }

    /// <summary>
    /// Adds a trust whose id its application has chosen by a certificate: one that was kept, or fetched after the
    /// start.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another scheme or a store trusts the application.</exception>
    public void AddLater(string scheme, TrustedApplication trust)
    {
        lock (_gate)
        {
            foreach ((string other, ITrustStore store) in _stores)
            {
                if (store.Find(trust.Id) is not null) throw Twice(trust.Id, scheme, other);
            }
        }

        Add(scheme, trust);
    }

    /// <summary>Adds a store whose trusts can be found but not listed.</summary>
    public void Add(string scheme, ITrustStore store)
    {
        lock (_gate) _stores.Add((scheme, store));
    }

    /// <summary>
    /// Does something when the trusts of all schemes and stores are known, such as to add trusts that must take nothing
    /// from these. Called while the host starts.
    /// </summary>
    public void Defer(Action action) => _deferred.Add(action);

    /// <summary>Ends the start: does what was deferred.</summary>
    /// <exception cref="InvalidOperationException">A store has a trust that configuration has as well.</exception>
    public void Complete()
    {
        RequireNoneInStores();
        foreach (Action action in _deferred) action();
    }

    private void RequireNoneInStores()
    {
        lock (_gate)
        {
            foreach ((string scheme, ITrustStore store) in _stores)
            {
                if (_schemeOfApplication.Keys.FirstOrDefault(id => store.Find(id) is not null) is not { } id) continue;
                throw Twice(id, _schemeOfApplication[id], scheme);
            }
        }
    }

    private static InvalidOperationException Twice(string id, string configured, string stored) =>
        new(
            $"The application '{id}' is trusted twice: by the configuration of the scheme '{configured}' and by the trust store of the scheme '{stored}'. Remove it from one of them, such as with 'trusted-apps trust remove {id}'."
        );
}
