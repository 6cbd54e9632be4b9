using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Hosting;
using TrustedApps.Keys;
using TrustedApps.Replay;
using TrustedApps.Storage;
using TrustedApps.Storage.Activity;
using TrustedApps.Storage.Certificates;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;
using TrustedApps.Storage.Replay;
using TrustedApps.Storage.Trusts;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives an application a store that lasts.</summary>
public static class TrustedAppsStoreExtensions
{
    /// <summary>
    /// Keeps the trusts of a scheme in a database, beside those of its configuration; with PostgreSQL the replay memory,
    /// too, for several nodes; with <see cref="TrustedAppsStoreOptions.KeyFolder"/> this application's own keys as well.
    /// One store serves one scheme of a host.
    /// </summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="authenticationScheme">The scheme.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">An option is missing or outside its range; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The host has a store already.</exception>
    public static AuthenticationBuilder AddTrustedAppsStore(
        this AuthenticationBuilder builder, Action<TrustedAppsStoreOptions> configure, string authenticationScheme = TrustedAppsDefaults.AuthenticationScheme)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new TrustedAppsStoreOptions();
        configure(options);
        options.Require();

        IServiceCollection services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(TrustedAppsStore))) throw new InvalidOperationException("The host has a trusted-application store already.");

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(_ => StoreDatabase.Of(options.Connection!));
        services.AddSingleton(provider => new TrustSnapshot(provider.GetRequiredService<StoreDatabase>(), TimeOf(provider), LoggerOf(provider)));
        services.AddSingleton(provider => new StoreWriter(provider.GetRequiredService<StoreDatabase>()) { Committed = provider.GetRequiredService<TrustSnapshot>().RefreshAsync });
        services.AddSingleton(provider => new TrustedAppsStore(
            provider.GetRequiredService<StoreDatabase>(), provider.GetRequiredService<StoreWriter>(), TimeOf(provider),
            id => provider.GetRequiredService<TrustedAppsProviders>().Get(authenticationScheme).Configured.Find(id) is not null));
        services.AddSingleton(provider => provider.GetRequiredService<TrustedAppsStore>().Trusts);
        services.AddSingleton(provider => provider.GetRequiredService<TrustedAppsStore>().Providers);
        services.AddSingleton(provider => provider.GetRequiredService<TrustedAppsStore>().Reports);
        services.AddKeyedSingleton<ITrustStore, DatabaseTrustStore>(authenticationScheme, (provider, _) => new DatabaseTrustStore(
            provider.GetRequiredService<StoreDatabase>(), provider.GetRequiredService<TrustSnapshot>(), options));
        services.AddSingleton<IProviderStore, DatabaseProviderStore>();
        services.AddSingleton<Installation>();
        if (options.KeyFolder is not null) AddKeys(services, options.KeyFolder, authenticationScheme);
        services.AddSingleton(provider => CreateReplayStore(provider, options));
        services.AddSingleton<CertificateFetches>();
        services.AddSingleton(provider => CreateRefresh(provider, authenticationScheme));
        services.AddSingleton<RequestRecorder>();
        services.AddSingleton<ITrustedRequestObserver>(provider => provider.GetRequiredService<RequestRecorder>());
        services.AddSingleton<ITrustedRequestObserver>(provider => provider.GetRequiredService<StoredCertificateRefresh>());
        services.AddSingleton<IHostedService, StoreRefresh>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<StoredCertificateRefresh>());
        services.AddSingleton<IHostedService, ActivityWriter>();
        return builder;
    }

    private static void AddKeys(IServiceCollection services, string folder, string scheme)
    {
        services.AddSingleton(provider => new DatabaseKeyStore(
            IdOf(provider, scheme), provider.GetRequiredService<StoreDatabase>(), provider.GetRequiredService<StoreWriter>(), KeyProtector.Of(folder),
            provider.GetRequiredService<Installation>(), TimeOf(provider), LoggerOf(provider)));
        services.AddKeyedSingleton<IKeyStore>(scheme, (provider, _) => provider.GetRequiredService<DatabaseKeyStore>());
        services.TryAddSingleton<IKeyStore>(provider => provider.GetRequiredService<DatabaseKeyStore>()); // for this application's clients
    }

    private static string IdOf(IServiceProvider services, string scheme) => OptionsOf(services, scheme).Id
        ?? throw new InvalidOperationException($"Scheme '{scheme}': Id is missing. Own keys in the store (KeyFolder) are kept under this application's id.");

    // Several nodes share one; a process alone has its own.
    private static IReplayCache CreateReplayStore(IServiceProvider services, TrustedAppsStoreOptions options)
    {
        TimeSpan skew = TrustedAppsExtensions.WidestSkew(services);
        return services.GetRequiredService<StoreDatabase>().Postgres is { } postgres
            ? new PostgresReplayCache(postgres, services.GetRequiredService<ILogger<PostgresReplayCache>>(), new PostgresReplayOptions { Timeout = options.ReplayTimeout, ClockSkew = skew }, TimeOf(services))
            : new InMemoryReplayCache(new InMemoryReplayCacheOptions { ClockSkew = skew, IsNewInstallation = options.IsNewInstallation || services.GetRequiredService<Installation>().IsNew }, TimeOf(services));
    }

    private static StoredCertificateRefresh CreateRefresh(IServiceProvider services, string scheme)
    {
        TrustedAppsOptions settings = OptionsOf(services, scheme);
        TimeProvider time = TimeOf(services);
        var client = new CertificateClient(new CertificateClientOptions { AllowHttp = settings.AllowHttp, AllowPrivateAddresses = settings.AllowPrivateAddresses }, time);
        return new StoredCertificateRefresh(
            services.GetRequiredService<TrustAdministration>(), services.GetRequiredService<CertificateFetches>(), client,
            new RefreshSettings(settings.RefreshCertificates, settings.CertificateHold), time, services.GetRequiredService<ILogger<TrustedAppsStore>>());
    }

    private static TrustedAppsOptions OptionsOf(IServiceProvider services, string scheme) => services.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>().Get(scheme);

    private static TimeProvider TimeOf(IServiceProvider services) => services.GetRequiredService<TimeProvider>();

    private static ILogger LoggerOf(IServiceProvider services) => services.GetRequiredService<ILoggerFactory>().CreateLogger<TrustedAppsStore>();
}
