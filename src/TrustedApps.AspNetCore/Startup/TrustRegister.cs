namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// Ensures that each application is trusted once on this host. All schemes share one replay cache, and each adds
/// entries by its own conditions: an entry of one scheme would be missing, or would reject a first request, in another.
/// </summary>
internal sealed class TrustRegister
{
    private readonly List<SchemeTrusts> _schemes = [];

    /// <summary>Held while trusts of configuration are added or changed.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The schemes of the host, once it has started.</summary>
    public IReadOnlyList<SchemeTrusts> Schemes => _schemes;

    /// <summary>Adds a scheme. Called while the host starts.</summary>
    public void Add(SchemeTrusts scheme) => _schemes.Add(scheme);

    /// <summary>
    /// Ends the start, now that the trusts of all schemes and stores are known: begins to fetch those that must take
    /// nothing from these.
    /// </summary>
    /// <exception cref="InvalidOperationException">An application is trusted twice.</exception>
    public void Complete()
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (SchemeTrusts scheme in _schemes)
        {
            foreach (TrustedApplication trust in scheme.Listed) RequireNew(ids, scheme.Scheme, trust.Id);
        }

        // stores whose trusts can be found but not listed
        foreach (SchemeTrusts scheme in _schemes.Where(scheme => scheme.Store is not InMemoryTrustStore))
        {
            if (ids.Keys.FirstOrDefault(id => scheme.Store?.Find(id) is not null) is not { } id) continue;
            throw InStore(id, ids[id], scheme.Scheme);
        }

        foreach (SchemeTrusts scheme in _schemes) scheme.Fetch(scheme.Configuration.Pending.All);
    }

    /// <summary>
    /// Ensures that no other scheme and no store trusts an application, whose id is of a certificate that was kept or
    /// fetched.
    /// </summary>
    /// <exception cref="InvalidOperationException">One does.</exception>
    public void RequireFree(string scheme, string id)
    {
        RequireInNoStore(scheme, id);
        foreach (SchemeTrusts other in _schemes.Where(other => other.Scheme != scheme))
        {
            if (other.Configuration.Trusts.Find(id) is not null) throw InSchemes(id, other.Scheme, scheme);
        }
    }

    /// <summary>Ensures that each application is trusted once after changes. The caller holds the gate.</summary>
    /// <exception cref="InvalidOperationException">One would be trusted twice.</exception>
    public void RequireOnce(IReadOnlyDictionary<SchemeTrusts, TrustChange> changes)
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (SchemeTrusts scheme in _schemes)
        {
            IEnumerable<string?> after = changes.TryGetValue(scheme, out TrustChange? change)
                ? change.Entries.Select(change.FindId)
                : scheme.Configuration.Entries.Select(entry => entry.ApplicationId);
            foreach (string id in after.OfType<string>())
            {
                RequireNew(ids, scheme.Scheme, id);
                bool isKnown = _schemes.Exists(known => known.Configuration.Trusts.Find(id) is not null);
                if (!isKnown) RequireInNoStore(scheme.Scheme, id);
            }
        }
    }

    private void RequireInNoStore(string scheme, string id)
    {
        foreach (SchemeTrusts other in _schemes)
        {
            if (other.Store?.Find(id) is not null) throw InStore(id, scheme, other.Scheme);
        }
    }

    private static void RequireNew(Dictionary<string, string> ids, string scheme, string id)
    {
        if (!ids.TryAdd(id, scheme)) throw InSchemes(id, ids[id], scheme);
    }

    private static InvalidOperationException InSchemes(string id, string one, string other) =>
        new(
            $"The application '{id}' is trusted by the schemes '{one}' and '{other}'. Trust an application in one scheme only: give one trust all the versions and conditions that it needs."
        );

    private static InvalidOperationException InStore(string id, string configured, string stored) =>
        new(
            $"The application '{id}' is trusted twice: by the configuration of the scheme '{configured}' and by the trust store of the scheme '{stored}'. Remove it from one of them, such as with 'trusted-apps trust remove {id}'."
        );
}
