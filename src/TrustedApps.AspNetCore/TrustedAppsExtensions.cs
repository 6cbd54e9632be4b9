using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.Certificates;
using TrustedApps.AspNetCore.Health;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Startup;
using TrustedApps.Hosting;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the authentication scheme for trusted applications.</summary>
/// <remarks>
/// The scheme finds its parts among the services, each keyed by the scheme's name or for all schemes:
/// <list type="bullet">
/// <item>Users: an <see cref="IUserResolver"/> of any lifetime. Without one, the host does not start; where every name
/// is a user, register <see cref="UserResolvers.Everyone"/>.</item>
/// <item>Trusts: those of the options, and of an <see cref="ITrustStore"/> keyed by the scheme's name.</item>
/// <item>Own keys: an <see cref="IKeyStore"/> keyed by the scheme's name, or else the key file of the options. Resolve
/// the service to read and change the keys.</item>
/// <item>Replays: the <see cref="IReplayCache"/> of the host, or else one in memory.</item>
/// </list>
/// </remarks>
public static class TrustedAppsExtensions
{
    /// <summary>Adds the scheme under its default name.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTrustedApps(
        this AuthenticationBuilder builder,
        Action<TrustedAppsOptions> configure
    ) => builder.AddTrustedApps(TrustedAppsDefaults.AuthenticationScheme, configure);

    /// <summary>Adds the scheme under its default name, with options from configuration.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="configuration">
    /// The section, such as <see cref="TrustedAppsDefaults.ConfigurationSection"/>. Read at start-up.
    /// </param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTrustedApps(
        this AuthenticationBuilder builder,
        IConfiguration configuration
    ) => builder.AddTrustedApps(TrustedAppsDefaults.AuthenticationScheme, configuration);

    /// <summary>Adds the scheme under a name, with options from configuration.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The name.</param>
    /// <param name="configuration">The section. Read at start-up.</param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTrustedApps(
        this AuthenticationBuilder builder, string authenticationScheme, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return builder.AddTrustedApps(authenticationScheme, options =>
        {
            SchemeConfiguration.Require(configuration);
            options.MissingSection = SchemeConfiguration.FindMissing(configuration);
            SchemeConfiguration.Bind(configuration, options);
        });
    }

    /// <summary>Adds the scheme under a name.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The name.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">The scheme was added already.</exception>
    public static AuthenticationBuilder AddTrustedApps(
        this AuthenticationBuilder builder, string authenticationScheme, Action<TrustedAppsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        ArgumentNullException.ThrowIfNull(configure);

        SchemeRegistration.RequireNone(builder.Services, authenticationScheme);
        AddHostServices(builder.Services);
        AddSchemeServices(builder.Services, authenticationScheme);
        return builder.AddScheme<TrustedAppsOptions, TrustedAppsHandler>(authenticationScheme, configure);
    }

    private static void AddHostServices(IServiceCollection services)
    {
        if (!services.Any(service => service.ImplementationType == typeof(MalformedRequestStartupFilter)))
        {
            // First: the host adds its own middleware for forwarded headers in the same way, and the body that is
            // proven must be below that of all middleware.
            services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, TrustedResponseHeadersStartupFilter>());
            services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, MalformedRequestStartupFilter>());
        }

        services.TryAddSingleton<IReplayCache>(CreateReplayCache);
        services.TryAddSingleton<TrustedAppsProviders>();
        services.TryAddSingleton<TrustedAppsProviderFactory>();
        services.TryAddSingleton<ProviderHealth>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthSource, ProviderHealth>(
            static provider => provider.GetRequiredService<ProviderHealth>()));
        services.TryAddSingleton<UserResolverRegistration>();
        services.TryAddSingleton<StartupWarnings>();
        services.TryAddSingleton<RejectionLog>();
        services.TryAddSingleton<KeyHeaderWatch>();
        services.TryAddSingleton<TrustedRequestAuthenticator>();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<TrustedAppsOptions>, TrustedAppsOptionsValidator>()
        );
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IPostConfigureOptions<TrustedAppsOptions>, ContentRootPaths>()
        );
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TrustedAppsStartup>());

        services.AddTrustedAppCertificateClient();
        services.TryAddSingleton<ConfiguredCertificateRefresh>();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IHostedService, ConfiguredCertificateRefresh>(FindRefresh)
        );
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<ITrustedRequestObserver, ConfiguredCertificateRefresh>(FindRefresh)
        );
    }

    private static void AddSchemeServices(IServiceCollection services, string scheme)
    {
        services.TryAddKeyedSingleton(scheme, OwnKeys.Create);
        // null without a key file
        services.TryAddKeyedSingleton<IKeyStore>(
            scheme,
            static (provider, key) => provider.GetRequiredKeyedService<OwnKeys>(key).File!
        );
        services.TryAddKeyedSingleton(scheme, FindConfiguredTrusts);
        services.AddSingleton(provider => CreateSettings(provider, scheme));
        services.AddSingleton(new TrustedAppsScheme(scheme));
        services.AddOptions<TrustedAppsOptions>(scheme).ValidateOnStart();
    }

    private static ConfiguredCertificateRefresh FindRefresh(IServiceProvider services) =>
        services.GetRequiredService<ConfiguredCertificateRefresh>();

    private static InMemoryReplayCache CreateReplayCache(IServiceProvider services) => new(
        InMemoryReplayCacheOptions.Of(services.GetServices<ProviderSettings>()),
        services.GetService<TimeProvider>(),
        services.GetService<ILogger<InMemoryReplayCache>>());

    // Stores read it: they must not add an application that configuration trusts.
    private static InMemoryTrustStore FindConfiguredTrusts(IServiceProvider services, object? scheme) =>
        services.GetRequiredService<TrustedAppsProviders>().Get((string)scheme!).Configured;

    private static ProviderSettings CreateSettings(IServiceProvider services, string scheme)
    {
        TrustedAppsOptions options = services.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>().Get(scheme);
        return new ProviderSettings
        {
            Scheme = scheme,
            ApplicationId = options.Id,
            ClockSkew = options.ClockSkew,
            RefreshCertificates = options.RefreshCertificates,
            CertificateHold = options.CertificateHold,
            AllowHttp = options.AllowHttp,
            AllowPrivateAddresses = options.AllowPrivateAddresses,
            IsNewInstallation = options.IsNewInstallation,
            ReplayFile = options.ReplayFile ?? (options.Keys is null ? null : $"{options.Keys}.replay"),
        };
    }
}
