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
using TrustedApps.AspNetCore.Reload;
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
    private const string Applications = nameof(TrustedAppsOptions.Applications);

    /// <summary>
    /// Adds the scheme under its default name, with options from the section
    /// <c>Authentication:Schemes:TrustedApps</c> of the configuration.
    /// </summary>
    /// <param name="builder">The authentication builder.</param>
    /// <returns>The same builder.</returns>
    /// <example>
    /// <code>
    /// builder.Services.AddScoped&lt;IUserResolver, MyUsers&gt;();
    /// builder.Services.AddAuthentication().AddTrustedApps();
    /// </code>
    /// In appsettings.json:
    /// <code>
    /// "Authentication": {
    ///   "Schemes": {
    ///     "TrustedApps": {
    ///       "Keys": "tracker-keys.json",
    ///       "BaseUrls": [ "https://tracker.example" ],
    ///       "Applications": [
    ///         {
    ///           "CertificateUrl": "https://wiki.example",
    ///           "Fingerprint": "NzbL sXh8 uDCc d-6M NwXF 4W_7 noWX FZAf HkxZ sRGC 9Xs",
    ///           "Addresses": [ "10.1.0.0/16" ],
    ///           "Urls": [ "/rest/api" ]
    ///         }
    ///       ]
    ///     }
    ///   }
    /// }
    /// </code>
    /// </example>
    public static AuthenticationBuilder AddTrustedApps(this AuthenticationBuilder builder) =>
        builder.AddTrustedApps(TrustedAppsDefaults.AuthenticationScheme);

    /// <summary>
    /// Adds the scheme under a name, with options from the section <c>Authentication:Schemes:</c> with that name.
    /// </summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The name.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">The scheme was added already.</exception>
    public static AuthenticationBuilder AddTrustedApps(
        this AuthenticationBuilder builder, string authenticationScheme) =>
        Add(
            builder,
            authenticationScheme,
            displayName: null,
            SchemeSection.Default(authenticationScheme, Applications),
            static _ => { }
        );

    /// <summary>Adds the scheme under its default name.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="configure">
    /// Sets the options, after those of the section <c>Authentication:Schemes:TrustedApps</c>, if there is one.
    /// </param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTrustedApps(
        this AuthenticationBuilder builder,
        Action<TrustedAppsOptions> configure
    ) => builder.AddTrustedApps(TrustedAppsDefaults.AuthenticationScheme, configure);

    /// <summary>Adds the scheme under its default name, with options from configuration.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="configuration">
    /// The section, such as <see cref="TrustedAppsDefaults.ConfigurationSection"/>. Read at start-up; changes of the
    /// trusts in it take effect while the host runs. No other section is read.
    /// </param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTrustedApps(
        this AuthenticationBuilder builder,
        IConfiguration configuration
    ) => builder.AddTrustedApps(TrustedAppsDefaults.AuthenticationScheme, configuration);

    /// <summary>Adds the scheme under a name, with options from configuration.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The name.</param>
    /// <param name="configuration">
    /// The section. Read at start-up; changes of the trusts in it take effect while the host runs. No other section is
    /// read.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">The scheme was added already.</exception>
    public static AuthenticationBuilder AddTrustedApps(
        this AuthenticationBuilder builder, string authenticationScheme, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(
            builder,
            authenticationScheme,
            displayName: null,
            SchemeSection.Of(authenticationScheme, configuration, Applications),
            static _ => { }
        );
    }

    /// <summary>Adds the scheme under a name.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The name.</param>
    /// <param name="configure">
    /// Sets the options, after those of the section <c>Authentication:Schemes:</c> with that name, if there is one.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">The scheme was added already.</exception>
    public static AuthenticationBuilder AddTrustedApps(
        this AuthenticationBuilder builder, string authenticationScheme, Action<TrustedAppsOptions> configure) =>
        builder.AddTrustedApps(authenticationScheme, displayName: null, configure);

    /// <summary>Adds the scheme under a name, with a name for people.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The name.</param>
    /// <param name="displayName">
    /// The name for people. Default null: pages that list schemes for people, such as a login page, leave it out.
    /// </param>
    /// <param name="configure">
    /// Sets the options, after those of the section <c>Authentication:Schemes:</c> with the name of the scheme, if
    /// there is one.
    /// </param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">The scheme was added already.</exception>
    public static AuthenticationBuilder AddTrustedApps(
        this AuthenticationBuilder builder,
        string authenticationScheme,
        string? displayName,
        Action<TrustedAppsOptions> configure
    ) => Add(
        builder,
        authenticationScheme,
        displayName,
        SchemeSection.Default(authenticationScheme, Applications, isOptional: true),
        configure
    );

    private static AuthenticationBuilder Add(
        AuthenticationBuilder builder,
        string scheme,
        string? displayName,
        SchemeSection section,
        Action<TrustedAppsOptions> configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        ArgumentNullException.ThrowIfNull(configure);

        SchemeRegistration.RequireNone(builder.Services, scheme);
        AddHostServices(builder.Services);
        AddSchemeServices(builder.Services, section);
        return builder.AddScheme<TrustedAppsOptions, TrustedAppsHandler>(scheme, displayName, configure);
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
        services.TryAddSingleton<ConfigurationReload>();
        services.TryAddSingleton<TrustedAppsProviders>();
        services.TryAddSingleton<TrustRegister>();
        services.TryAddSingleton<TrustedAppsProviderFactory>();
        services.TryAddSingleton<ProviderHealth>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthSource, ProviderHealth>(
            static provider => provider.GetRequiredService<ProviderHealth>()));
        services.TryAddSingleton<IOptionsMonitorCache<TrustedAppsOptions>, StartedOptions<TrustedAppsOptions>>();
        services.TryAddSingleton<UserResolverRegistration>();
        services.TryAddSingleton<StartupWarnings>();
        services.TryAddSingleton<RejectionLog>();
        services.TryAddSingleton<KeyHeaderWatch>();
        services.TryAddSingleton<UsageWatch>();
        services.TryAddSingleton<TrustedRequestAuthenticator>();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<TrustedAppsOptions>, TrustedAppsOptionsValidator>()
        );
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IPostConfigureOptions<TrustedAppsOptions>, ContentRootPaths>()
        );
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TrustedAppsStartup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TrustedAppsReload>());

        services.AddTrustedAppCertificateClient();
        services.TryAddSingleton<ConfiguredCertificateRefresh>();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IHostedService, ConfiguredCertificateRefresh>(FindRefresh)
        );
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<ITrustedRequestObserver, ConfiguredCertificateRefresh>(FindRefresh)
        );
    }

    private static void AddSchemeServices(IServiceCollection services, SchemeSection section)
    {
        string scheme = section.Scheme;
        services.TryAddKeyedSingleton(scheme, OwnKeys.Create);
        // null without a key file and a key source
        services.TryAddKeyedSingleton<IKeyStore>(
            scheme,
            static (provider, key) => provider.GetRequiredKeyedService<OwnKeys>(key).Store!
        );
        services.TryAddKeyedSingleton(scheme, FindConfiguredTrusts);
        services.AddSingleton(provider => CreateSettings(provider, scheme));
        services.AddSingleton(new TrustedAppsScheme(scheme));
        services.AddSingleton(section);
        services
            .AddOptions<TrustedAppsOptions>(scheme)
            .Configure<IServiceProvider>((options, provider) => SchemeConfiguration.Apply(section, provider, options))
            .ValidateOnStart();
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
