using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Certificates;
using TrustedApps.AspNetCore.Health;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Keys;
using TrustedApps.Protocols;
using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// Makes a scheme ready to verify: its stores, keys and trusts loaded, its certificates kept up to date.
/// </summary>
internal sealed class TrustedAppsProviderFactory(
    IOptionsMonitor<TrustedAppsOptions> options,
    IServiceProvider services,
    UserResolverRegistration users,
    StartupWarnings warnings,
    ConfiguredCertificateRefresh refresh,
    ProviderHealth health,
    ILogger<TrustedAppsStartup> logger
)
{
    public async Task<TrustedAppsProvider> CreateAsync(
        string scheme,
        TrustRegister register,
        CancellationToken cancellationToken
    )
    {
        TrustedAppsOptions settings = options.Get(scheme);
        TimeProvider time = settings.TimeProvider ?? services.GetService<TimeProvider>() ?? TimeProvider.System;
        ITrustStore? store = services.GetKeyedService<ITrustStore>(scheme);
        bool isEveryone =
            (store is not null || settings.Applications.Count > 0) && await users.RequireAsync(scheme);
        if (store is not null) await store.LoadAsync(cancellationToken).WaitAsync(cancellationToken);

        IKeyStore? keys = await OwnKeys.LoadAsync(scheme, settings, services, cancellationToken);
        var kept = new KeptCertificates(settings.Keys, logger);
        var configuration = TrustConfiguration.Read(settings, time);
        InMemoryTrustStore configured = configuration.Trusts;
        LegacyProtocol[] legacy = [.. services.GetServices<LegacyProtocol>()];
        var inMemoryStore = store as InMemoryTrustStore;
        foreach (
            InMemoryTrustStore trusts in inMemoryStore is null ? [configured] : new[] { configured, inMemoryStore }
        )
        {
            foreach (TrustedApplication trust in trusts.Trusts)
            {
                register.Add(scheme, trust);
                Require(trust);
            }

            refresh.Add(trusts, kept, settings, time);
        }

        if (store is not null && inMemoryStore is null) register.Add(scheme, store);
        warnings.WarnOfSettings(scheme, settings);
        register.Defer(() => refresh.Add(configuration.Pending, kept, AddLater, settings.RefreshCertificates, time));
        var all = new JoinedTrustStore(configured, configuration.Pending, store);
        AssertionVerifier verifier = CreateVerifier(settings, all, keys, legacy, time);
        health.Add(
            scheme,
            new(scheme, configured, configuration.Pending, store, keys, settings.RefreshCertificates, time));
        return new TrustedAppsProvider(verifier, keys, settings, configured, all, time);

        void Require(TrustedApplication trust)
        {
            OwnId.Require(scheme, trust, settings.Id ?? keys?.Keys.Id);
            RegisteredVersions.Require(scheme, trust, legacy);
            warnings.WarnOf(scheme, trust, isEveryone, time.GetUtcNow());
        }

        void AddLater(TrustedApplication trust, TrustedApplication? earlier)
        {
            Require(trust);
            if (earlier is not null && earlier.Id != trust.Id)
            {
                throw new InvalidOperationException(
                    $"The certificate is of '{trust.Id}', and the one that was kept is of '{earlier.Id}'. If the application has a new id, delete the folder of kept certificates beside the key file."
                );
            }

            if (earlier is not null && configured.TryReplace(earlier, trust)) return;
            if (configured.Find(trust.Id) is not null)
            {
                throw new InvalidOperationException(TrustConfiguration.Twice(trust.Id));
            }

            register.AddLater(scheme, trust);
            configured.TryAdd(trust);
        }
    }

    private AssertionVerifier CreateVerifier(
        TrustedAppsOptions settings, ITrustStore trusts, IKeyStore? keys, LegacyProtocol[] legacy, TimeProvider time)
    {
        var verifierOptions = new AssertionVerifierOptions
        {
            KeyStore = keys,
            LegacyProtocols = legacy,
            BaseUrls = [.. settings.BaseUrls.Select(BaseUrl.Parse)],
            ClockSkew = settings.ClockSkew,
            MaxGrantLifetime = settings.MaxGrantLifetime,
            MaxBufferedContent = settings.MaxBufferedContent,
            MaxContentTime = settings.MaxContentTime,
            RequiredHeaders = [.. settings.RequiredHeaders],
            ConcealTrusts = settings.ConcealTrusts,
            AllowHttp = settings.AllowHttp,
            AllowForgeableVersionsOverHttp = settings.AllowForgeableVersionsOverHttp,
        };
        // after the stores are loaded: it may depend on them
        IReplayCache replays = services.GetRequiredService<IReplayCache>();
        return new AssertionVerifier(trusts, UserResolvers.Everyone, verifierOptions, replays, time);
    }
}
