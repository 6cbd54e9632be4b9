using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TrustedApps;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.Certificates;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Startup;
using TrustedApps.Hosting;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the authentication scheme for trusted applications.</summary>
/// <remarks>
/// Users are found by an <see cref="IUserResolver"/> from the services, keyed by the scheme's name or not, of any
/// lifetime; without one every name is a user, which the log of each start says. Trusts come from the options, or from an <see cref="ITrustStore"/> keyed
/// by the scheme's name. This application's own keys are in the <see cref="IKeyStore"/> keyed by the scheme's name: one
/// that the application registers, or else that of the key file in the options. It can be asked for, and changed.
/// </remarks>
public static class TrustedAppsExtensions
{
    /// <summary>Adds the scheme under its default name.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTrustedApps(this AuthenticationBuilder builder, Action<TrustedAppsOptions> configure) =>
        builder.AddTrustedApps(TrustedAppsDefaults.AuthenticationScheme, configure);

    /// <summary>Adds the scheme under its default name, with options from configuration.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="configuration">The section, such as <see cref="TrustedAppsDefaults.ConfigurationSection"/>. Read at start-up.</param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTrustedApps(this AuthenticationBuilder builder, IConfiguration configuration) =>
        builder.AddTrustedApps(TrustedAppsDefaults.AuthenticationScheme, configuration);

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
            configuration.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        });
    }

    /// <summary>Adds the scheme under a name.</summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The name.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTrustedApps(
        this AuthenticationBuilder builder, string authenticationScheme, Action<TrustedAppsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        ArgumentNullException.ThrowIfNull(configure);

        IServiceCollection services = builder.Services;
        services.TryAddSingleton<IReplayCache>(CreateMemory);
        services.TryAddSingleton<TrustedAppsProviders>();
        services.TryAddSingleton<TrustedRequestAuthenticator>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TrustedAppsOptions>, TrustedAppsOptionsValidator>());
        services.TryAddSingleton<ConfiguredCertificateRefresh>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TrustedAppsStartup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ConfiguredCertificateRefresh>(FindRefresh));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITrustedRequestObserver, ConfiguredCertificateRefresh>(FindRefresh));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, TrustedResponseHeadersStartupFilter>());
        services.TryAddKeyedSingleton(authenticationScheme, OwnKeys.Create);
        services.TryAddKeyedSingleton<IKeyStore>(authenticationScheme, static (provider, scheme) => provider.GetRequiredKeyedService<OwnKeys>(scheme).File!); // null without a key file
        services.AddSingleton(new TrustedAppsScheme(authenticationScheme));
        services.TryAddKeyedSingleton(authenticationScheme, FindConfiguredTrusts);
        services.AddSingleton(provider => SettingsOf(provider, authenticationScheme));
        services.AddOptions<TrustedAppsOptions>(authenticationScheme).ValidateOnStart();
        return builder.AddScheme<TrustedAppsOptions, TrustedAppsHandler>(authenticationScheme, configure);
    }

    private static ConfiguredCertificateRefresh FindRefresh(IServiceProvider services) =>
        services.GetRequiredService<ConfiguredCertificateRefresh>();

    // One memory serves all schemes, so it starts as late as the one that allows most skew needs.
    private static InMemoryReplayCache CreateMemory(IServiceProvider services) =>
        new(new InMemoryReplayCacheOptions { ClockSkew = WidestSkew(services) }, services.GetService<TimeProvider>());

    // For stores: an id that configuration trusts must not be added there as well.
    private static InMemoryTrustStore FindConfiguredTrusts(IServiceProvider services, object? scheme) =>
        services.GetRequiredService<TrustedAppsProviders>().Get((string)scheme!).Configured;

    private static ProviderSettings SettingsOf(IServiceProvider services, string scheme)
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
        };
    }

    internal static TimeSpan WidestSkew(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>();
        return services.GetServices<TrustedAppsScheme>().Max(scheme => options.Get(scheme.Name).ClockSkew);
    }
}
