using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Configuration;
using TrustedApps.Hosting;
using TrustedApps.Keys;
using TrustedApps.Replay;
using TrustedApps.Storage;
using TrustedApps.Storage.Activity;
using TrustedApps.Storage.Certificates;
using TrustedApps.Storage.Database;
using TrustedApps.Storage.Keys;
using TrustedApps.Storage.Replay;
using TrustedApps.Storage.Startup;
using TrustedApps.Storage.Trusts;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a persistent store to an application.</summary>
/// <remarks>
/// The store keeps the trusts of a scheme in a database, beside those of its configuration; with PostgreSQL also the
/// replay cache, which several nodes share; with <see cref="TrustedAppsStoreOptions.KeyFolder"/> also this
/// application's own keys. A host has one store, which serves one scheme. Options are validated when the host starts.
/// </remarks>
public static class TrustedAppsStoreExtensions
{
    private static readonly ConfigurationCheck _check = ConfigurationCheck.Of<TrustedAppsStoreOptions>();

    /// <summary>Adds the store of the scheme with the default name.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options. Called more than once: it must always set the same.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="InvalidOperationException">The host has a store already.</exception>
    public static IServiceCollection AddTrustedAppsStore(
        this IServiceCollection services,
        Action<TrustedAppsStoreOptions> configure
    ) => services.AddTrustedAppsStore(ProviderSettings.DefaultScheme, configure);

    /// <summary>Adds the store of the scheme with the default name, with options from configuration.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">
    /// The section, such as <c>TrustedAppsStore</c>. A setting that is unknown or of the wrong type is an error.
    /// </param>
    /// <returns>The same services.</returns>
    /// <exception cref="InvalidOperationException">
    /// The host has a store already, or a setting is not valid; the message names it.
    /// </exception>
    public static IServiceCollection AddTrustedAppsStore(
        this IServiceCollection services,
        IConfiguration configuration
    ) => services.AddTrustedAppsStore(ProviderSettings.DefaultScheme, configuration);

    /// <summary>Adds the store of a scheme, with options from configuration.</summary>
    /// <param name="services">The services.</param>
    /// <param name="authenticationScheme">The name of the scheme.</param>
    /// <param name="configuration">
    /// The section, such as <c>TrustedAppsStore</c>. A setting that is unknown or of the wrong type is an error.
    /// </param>
    /// <returns>The same services.</returns>
    /// <exception cref="InvalidOperationException">
    /// The host has a store already, or a setting is not valid; the message names it.
    /// </exception>
    public static IServiceCollection AddTrustedAppsStore(
        this IServiceCollection services, string authenticationScheme, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddTrustedAppsStore(authenticationScheme, options =>
        {
            _check.Require(configuration);
            configuration.Bind(options);
        });
    }

    /// <summary>Adds the store of a scheme.</summary>
    /// <param name="services">The services.</param>
    /// <param name="authenticationScheme">The name of the scheme.</param>
    /// <param name="configure">Sets the options. Called more than once: it must always set the same.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="InvalidOperationException">The host has a store already.</exception>
    public static IServiceCollection AddTrustedAppsStore(
        this IServiceCollection services, string authenticationScheme, Action<TrustedAppsStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.Any(service => service.ServiceType == typeof(TrustedAppsStore)))
        {
            throw new InvalidOperationException(
                "AddTrustedAppsStore: the host has a store already. Remove one of the calls: a host has one store."
            );
        }

        var chosen = new TrustedAppsStoreOptions(); // whether the store keeps own keys decides what is registered
        configure(chosen);
        services.AddOptions<TrustedAppsStoreOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TrustedAppsStoreOptions>>(new StoreOptionsValidator(chosen.KeyFolder));
        services.AddSingleton<IValidateOptions<TrustedAppsStoreOptions>>(provider =>
            new ServedSchemeValidator(authenticationScheme, provider));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new ServedProvider(authenticationScheme, provider));
        AddTrusts(services, authenticationScheme);
        if (chosen.KeyFolder is { } folder) AddKeys(services, authenticationScheme, folder);
        AddActivity(services);
        return services;
    }

    private static void AddTrusts(IServiceCollection services, string scheme)
    {
        services.AddSingleton<StoreDatabase>();
        services.AddSingleton(provider => new StoreWriter(
            provider.GetRequiredService<StoreDatabase>(),
            provider.GetRequiredService<TrustSnapshot>().RefreshAsync,
            provider.GetRequiredService<ILogger<TrustedAppsStore>>()));
        services.AddSingleton<TrustSnapshot>();
        services.AddSingleton(CreateStore);
        services.AddSingleton(provider => provider.GetRequiredService<TrustedAppsStore>().Trusts);
        services.AddSingleton(provider => provider.GetRequiredService<TrustedAppsStore>().Providers);
        services.AddSingleton(provider => provider.GetRequiredService<TrustedAppsStore>().Reports);
        services.AddKeyedSingleton<ITrustStore, DatabaseTrustStore>(scheme);
        services.AddSingleton<IProviderStore, DatabaseProviderStore>();
        services.AddSingleton<Installation>();
        services.AddSingleton(CreateReplayCache);
        services.AddSingleton<StoreRefresh>();
        services.AddSingleton<ITrustedRequestObserver>(provider => provider.GetRequiredService<StoreRefresh>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<StoreRefresh>());
    }

    private static void AddKeys(IServiceCollection services, string scheme, string folder)
    {
        services.TryAddSingleton<DatabaseClock>(
            provider => provider.GetRequiredService<StoreDatabase>().ReadTimeAsync);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<DatabaseKeyStore>(
            provider, provider.GetRequiredService<ServedProvider>().ApplicationId, KeyProtector.Of(folder)));
        services.AddKeyedSingleton<IKeyStore>(scheme, (provider, _) => provider.GetRequiredService<DatabaseKeyStore>());
        // for this application's clients
        services.TryAddSingleton<IKeyStore>(provider => provider.GetRequiredService<DatabaseKeyStore>());
    }

    private static void AddActivity(IServiceCollection services)
    {
        services.AddSingleton(provider => new RequestRecorder(
            provider.GetRequiredService<TrustSnapshot>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ServedProvider>().IsConfigured));
        services.AddSingleton<ITrustedRequestObserver>(provider => provider.GetRequiredService<RequestRecorder>());
        services.AddSingleton<IHostedService>(provider => new ActivityWriter(
            provider.GetRequiredService<StoreDatabase>(),
            provider.GetRequiredService<RequestRecorder>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TrustedAppsStore>>(),
            provider.GetRequiredService<ServedProvider>().FindConfigured));
        services.AddSingleton<SuspectWatch>();
        services.AddSingleton<CertificateWatch>();
        services.AddTrustedAppCertificateClient();
        services.AddSingleton<DatabaseRecordSource>();
        services.AddSingleton(CreateRefresh);
        services.AddSingleton<ITrustedRequestObserver>(provider =>
            provider.GetRequiredService<StoredCertificateRefresh>()
        );
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<StoredCertificateRefresh>());
    }

    private static StoredCertificateRefresh CreateRefresh(IServiceProvider services)
    {
        ProviderSettings settings = services.GetRequiredService<ServedProvider>().Settings;
        TimeProvider time = services.GetRequiredService<TimeProvider>();
        var clientOptions = new CertificateClientOptions
        {
            AllowHttp = settings.AllowHttp,
            AllowPrivateAddresses = settings.AllowPrivateAddresses,
            HttpClientFactory = services.GetRequiredService<IHttpClientFactory>(),
        };
        var client = new CertificateClient(clientOptions, time);
        var options = new CertificateRefresherOptions
        {
            FetchesCertificates = settings.RefreshCertificates,
            Hold = settings.CertificateHold,
        };
        var refresher = new CertificateRefresher(
            services.GetRequiredService<DatabaseRecordSource>(),
            client,
            options,
            time,
            services.GetRequiredService<ILogger<TrustedAppsStore>>()
        );
        CertificateWatch? watch =
            settings.RefreshCertificates ? services.GetRequiredService<CertificateWatch>() : null;
        return new StoredCertificateRefresh(refresher, client, watch);
    }

    private static TrustedAppsStore CreateStore(IServiceProvider services) => new(
        services.GetRequiredService<StoreDatabase>(),
        services.GetRequiredService<StoreWriter>(),
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ServedProvider>().IsConfigured,
        services.GetRequiredService<ILogger<TrustedAppsStore>>(),
        services.GetRequiredService<ServedProvider>().FindOwnId);

    // Nodes that share a database share the cache in it; a process with a SQLite file has its own.
    private static IReplayCache CreateReplayCache(IServiceProvider services)
    {
        TrustedAppsStoreOptions options = services.GetRequiredService<IOptions<TrustedAppsStoreOptions>>().Value;
        StoreDatabase database = services.GetRequiredService<StoreDatabase>();
        InMemoryReplayCacheOptions own = InMemoryReplayCacheOptions.Of(
            services.GetServices<ProviderSettings>(), $"{database.FileName}.replay");
        if (database.Postgres is { } postgres)
        {
            var shared = new PostgresReplayOptions { Timeout = options.ReplayTimeout, ClockSkew = own.ClockSkew };
            return ActivatorUtilities.CreateInstance<PostgresReplayCache>(services, postgres, shared);
        }

        bool isNew = own.IsNewInstallation || services.GetRequiredService<Installation>().IsNew;
        return new InMemoryReplayCache(
            own with { IsNewInstallation = isNew },
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<InMemoryReplayCache>>()
        );
    }
}
