using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Certificates;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Keys;
using TrustedApps.Protocols;
using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>Makes every scheme ready before the server listens. Whatever is wrong stops the start.</summary>
internal sealed class TrustedAppsStartup(
    IEnumerable<TrustedAppsScheme> schemes,
    IOptionsMonitor<TrustedAppsOptions> options,
    TrustedAppsProviders providers,
    ConfiguredCertificateRefresh refresh,
    IServiceProvider services,
    ILogger<TrustedAppsStartup> logger) : IHostedLifecycleService
{
    private readonly List<(string Scheme, ITrustStore Store)> _stores = [];
    private readonly Dictionary<string, string> _schemeOfApplication = new(StringComparer.Ordinal);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (TrustedAppsScheme scheme in schemes.Distinct())
        {
            providers.Add(scheme.Name, await CreateAsync(scheme.Name, options.Get(scheme.Name), cancellationToken));
        }

        RequireOneTrustEach();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<TrustedAppsProvider> CreateAsync(string scheme, TrustedAppsOptions settings, CancellationToken cancellationToken)
    {
        TimeProvider time = settings.TimeProvider ?? services.GetService<TimeProvider>() ?? TimeProvider.System;
        ITrustStore? store = services.GetKeyedService<ITrustStore>(scheme);
        if (store is not null)
        {
            await store.LoadAsync(cancellationToken);
            _stores.Add((scheme, store));
        }

        LegacyProtocol[] legacy = [.. services.GetServices<LegacyProtocol>()];
        IKeyStore? keys = await OwnKeys.LoadAsync(scheme, settings, services, cancellationToken);
        InMemoryTrustStore configured = await TrustConfiguration.ReadAsync(settings, time, cancellationToken);
        InMemoryTrustStore[] inMemory = [configured, .. store is InMemoryTrustStore known ? [known] : Array.Empty<InMemoryTrustStore>()];
        foreach (InMemoryTrustStore trusts in inMemory)
        {
            RequireOneScheme(scheme, trusts);
            RequireRegisteredVersions(scheme, trusts, legacy);
            WarnOfTrusts(scheme, trusts);
            refresh.Add(trusts, settings, time);
        }

        WarnOfSettings(scheme, settings);

        var verifierOptions = new AssertionVerifierOptions
        {
            KeyStore = keys,
            LegacyProtocols = legacy,
            BaseUrls = [.. settings.BaseUrls.Select(BaseUrl.Parse)],
            ClockSkew = settings.ClockSkew,
            MaxGrantLifetime = settings.MaxGrantLifetime,
            MaxBufferedContent = settings.MaxBufferedContent,
            ConcealTrusts = settings.ConcealTrusts,
            AllowHttp = settings.AllowHttp,
            AllowForgeableVersionsOverHttp = settings.AllowForgeableVersionsOverHttp,
        };
        ITrustStore all = store is null ? configured : new JoinedTrustStore(configured, store);
        IReplayCache memory = services.GetRequiredService<IReplayCache>(); // not before the stores are loaded: it may rest on them
        var verifier = new AssertionVerifier(all, UserResolvers.Everyone, verifierOptions, memory, time);

        return new TrustedAppsProvider(verifier, keys, settings, configured);
    }

    // A store that is no list can only be asked.
    private void RequireOneTrustEach()
    {
        foreach ((string scheme, ITrustStore store) in _stores.Where(known => known.Store is not InMemoryTrustStore))
        {
            if (_schemeOfApplication.Keys.FirstOrDefault(id => store.Find(id) is not null) is not { } id) continue;
            throw new InvalidOperationException($"The application '{id}' is trusted twice: by the configuration of the scheme '{_schemeOfApplication[id]}' and by the trust store of the scheme '{scheme}'. Remove it from one of them, such as with 'trusted-apps trust remove {id}'.");
        }
    }

    private void WarnOfTrusts(string scheme, InMemoryTrustStore trusts)
    {
        foreach (TrustedApplication trust in trusts.Trusts)
        {
            if (trust.Legacy is not { } legacy) continue;
            if (legacy.Conditions.Versions?.Any(version => version.IsForgeable) == true) logger.AcceptsForgeableVersion(scheme, trust.Id);
            if (legacy.PublicKey.Weakness is { } weakness) logger.AcceptsWeakKey(scheme, trust.Id, weakness);
        }
    }

    private void WarnOfSettings(string scheme, TrustedAppsOptions settings)
    {
        if (!HasUserResolver(scheme)) logger.HasNoUserResolver(scheme);
        if (settings.AllowForgeableVersionsOverHttp) logger.AllowsForgeableOverHttp(scheme);
        if (settings.Keys is not null && IsReadableByOthers(settings.Keys)) logger.KeyFileIsReadable(scheme, settings.Keys);
    }

    // One memory serves all schemes, and each judges by conditions of its own: what one of them need not remember, or
    // not for so long, another would take for new; and what one has seen, another would take for a replay.
    private void RequireOneScheme(string scheme, InMemoryTrustStore trusts)
    {
        foreach (TrustedApplication trust in trusts.Trusts)
        {
            if (!_schemeOfApplication.TryAdd(trust.Id, scheme)) throw new InvalidOperationException($"The application '{trust.Id}' is trusted by the schemes '{_schemeOfApplication[trust.Id]}' and '{scheme}'. One scheme an application: give one trust all the versions and conditions it needs.");
        }
    }

    // Otherwise every request of such a version would be rejected, and only the log of requests would say why.
    private static void RequireRegisteredVersions(string scheme, InMemoryTrustStore trusts, LegacyProtocol[] registered)
    {
        foreach (TrustedApplication trust in trusts.Trusts.Where(trust => trust.Legacy is not null))
        {
            IReadOnlyList<ProtocolVersion> versions = trust.Legacy!.Conditions.Versions ?? [ProtocolVersion.Atlassian3];
            if (versions.FirstOrDefault(version => !registered.Any(protocol => protocol.Version == version)) is not { } missing) continue;
            throw new InvalidOperationException($"Scheme '{scheme}': the trust of '{trust.Id}' accepts version '{missing}', which is in the package TrustedApps.Legacy. Add that package and call AddLegacyVersions() on the services, or take the version out of the trust.");
        }
    }

    private bool HasUserResolver(string scheme) =>
        services.GetService<IServiceProviderIsKeyedService>() is not { } known
        || known.IsService(typeof(IUserResolver)) || known.IsKeyedService(typeof(IUserResolver), scheme);

    private static bool IsReadableByOthers(string path) => !OperatingSystem.IsWindows()
        && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != UnixFileMode.None;
}
