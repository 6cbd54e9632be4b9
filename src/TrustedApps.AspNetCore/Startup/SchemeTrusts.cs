using TrustedApps.AspNetCore.Certificates;
using TrustedApps.Keys;
using TrustedApps.Protocols;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>The trusts of one scheme, and what a trust of its configuration has to be.</summary>
internal sealed class SchemeTrusts(
    string scheme,
    TrustedAppsOptions settings,
    TrustConfiguration configuration,
    KeptCertificates kept,
    TimeProvider time
)
{
    private readonly List<ConfiguredTrust> _unfinished = []; // their certificate was being fetched when they changed

    public string Scheme => scheme;

    /// <summary>The options with which the host has started.</summary>
    public TrustedAppsOptions Settings => settings;

    public TrustConfiguration Configuration => configuration;

    /// <summary>The store of the scheme; null if it has none.</summary>
    public ITrustStore? Store { get; init; }

    public IKeyStore? Keys { get; init; }

    public required LegacyProtocol[] Legacy { get; init; }

    public required TrustRegister Register { get; init; }

    public required StartupWarnings Warnings { get; init; }

    public required ConfiguredCertificateRefresh Refresh { get; init; }

    /// <summary>Whether every name is a user.</summary>
    public bool IsEveryone { get; set; }

    /// <summary>The trusts that can be listed: those of configuration, and of a store in memory.</summary>
    public IEnumerable<TrustedApplication> Listed =>
        Store is InMemoryTrustStore store
            ? [.. configuration.Trusts.Trusts, .. store.Trusts]
            : configuration.Trusts.Trusts;

    /// <exception cref="InvalidOperationException">The trust cannot be used on this host.</exception>
    public void Require(TrustedApplication trust)
    {
        OwnId.Require(scheme, trust, settings.Id ?? Keys?.Keys.Id);
        RegisteredVersions.Require(scheme, trust, Legacy);
    }

    public void WarnOf(TrustedApplication trust) => Warnings.WarnOf(scheme, trust, IsEveryone, time.GetUtcNow());

    /// <summary>Begins to fetch the certificates that are awaited, unless they were kept.</summary>
    public void Fetch(IEnumerable<ConfiguredTrust> awaited) =>
        Refresh.Fetch(awaited, kept, AddLater, settings.RefreshCertificates, time);

    /// <summary>Begins the fetches that a change needs, or has ended before they were done.</summary>
    public void Fetch(TrustChange change)
    {
        Fetch(change.Awaited);
        foreach (ConfiguredTrust entry in _unfinished)
        {
            if (entry.ApplicationId is not { } id || configuration.Trusts.Find(id) is not { } inUse) continue;
            Refresh.Fetch(entry, inUse, kept, AddLater, time);
        }

        _unfinished.Clear();
    }

    /// <summary>Plans a change of the configuration. Changes nothing.</summary>
    /// <exception cref="InvalidOperationException">It cannot be used; the message names the setting.</exception>
    public TrustChange Plan(TrustedAppsOptions changed)
    {
        OwnKeys.RequireVersion4(scheme, changed, Keys);
        TrustChange change = configuration.Plan(changed, time);
        foreach (ServedTrust served in change.Served) Require(served.Trust);
        return change;
    }

    /// <summary>Does the first part of a change. The caller holds the register's gate.</summary>
    public void Withdraw(TrustChange change)
    {
        foreach (ConfiguredTrust entry in change.Removed)
        {
            ServedTrust? carried = change.Served.FirstOrDefault(served => served.Earlier == entry);
            if (Refresh.Cancel(entry) && carried is not null) _unfinished.Add(carried.Entry);
        }

        configuration.Withdraw(change);
    }

    /// <summary>Does the second part of a change. The caller holds the register's gate.</summary>
    public void Put(TrustChange change)
    {
        configuration.Put(change);
        foreach (ServedTrust served in change.Served) WarnOf(served.Trust);
    }

    private void AddLater(ConfiguredTrust entry, TrustedApplication trust, TrustedApplication? earlier)
    {
        Require(trust);
        if (earlier is not null && earlier.Id != trust.Id)
        {
            throw new InvalidOperationException(
                $"The certificate is of '{trust.Id}', and the one that was kept is of '{earlier.Id}'. If the application has a new id, delete the folder of kept certificates beside the key file."
            );
        }

        lock (Register.Gate)
        {
            if (!configuration.Entries.Contains(entry))
            {
                throw new InvalidOperationException("The trust is not in the configuration any more.");
            }

            if (earlier is null) Register.RequireFree(scheme, trust.Id);
            if (!configuration.TryAdd(entry, trust, earlier))
            {
                throw new InvalidOperationException(TrustConfiguration.Twice(trust.Id));
            }
        }

        WarnOf(trust);
    }
}
