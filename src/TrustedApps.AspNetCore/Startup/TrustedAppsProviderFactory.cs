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
    TrustRegister register,
    UserResolverRegistration users,
    StartupWarnings warnings,
    ConfiguredCertificateRefresh refresh,
    ProviderHealth health,
    ILogger<TrustedAppsStartup> logger
)
{
    public async Task<TrustedAppsProvider> CreateAsync(string scheme, CancellationToken cancellationToken)
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
        var trusts = new SchemeTrusts(scheme, settings, configuration, kept, time)
        {
            Store = store,
            Keys = keys,
            Legacy = [.. services.GetServices<LegacyProtocol>()],
            Register = register,
            Warnings = warnings,
            Refresh = refresh,
            IsEveryone = isEveryone,
        };
        foreach (TrustedApplication trust in trusts.Listed)
        {
            trusts.Require(trust);
            trusts.WarnOf(trust);
        }

        refresh.Add(configuration.Trusts, kept, settings, time);
        if (store is InMemoryTrustStore inMemory) refresh.Add(inMemory, kept, settings, time);
        warnings.WarnOfSettings(scheme, settings);
        register.Add(trusts);
        var all = new JoinedTrustStore(configuration.Trusts, configuration.Pending, store);
        AssertionVerifier verifier = CreateVerifier(settings, all, keys, trusts.Legacy, time);
        health.Add(
            scheme,
            new(scheme, configuration.Trusts, configuration.Pending, store, keys, settings.RefreshCertificates, time));
        return new TrustedAppsProvider(scheme, verifier, keys, settings, configuration.Trusts, all, time);
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
