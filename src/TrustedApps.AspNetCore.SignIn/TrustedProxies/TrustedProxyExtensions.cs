using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.Reload;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Adds a scheme for users whom a trusted proxy has authenticated (specification companions.md, section 2).
/// </summary>
public static class TrustedProxyExtensions
{
    /// <summary>
    /// Adds a scheme that reads the user from a header or cookie of a trusted proxy. Before the first middleware, it
    /// removes the header or cookie and the attribute headers, in any spelling, from every request of another sender.
    /// </summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The name of the scheme.</param>
    /// <param name="configure">
    /// Sets the options, after those of the section <c>Authentication:Schemes:</c> with the name of the scheme, if
    /// there is one.
    /// </param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTrustedProxy(
        this AuthenticationBuilder builder, string authenticationScheme, Action<TrustedProxyOptions> configure) =>
        Add(builder, SchemeSection.Default(authenticationScheme, list: null, isOptional: true), configure);

    /// <summary>
    /// Adds a scheme that reads the user from a header or cookie of a trusted proxy, with options from the section
    /// <c>Authentication:Schemes:</c> with its name.
    /// </summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The name of the scheme.</param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTrustedProxy(
        this AuthenticationBuilder builder, string authenticationScheme) =>
        Add(builder, SchemeSection.Default(authenticationScheme, list: null), static _ => { });

    /// <summary>
    /// Adds a scheme that reads the user from a header or cookie of a trusted proxy, with options from configuration.
    /// </summary>
    /// <param name="builder">The authentication builder.</param>
    /// <param name="authenticationScheme">The name of the scheme.</param>
    /// <param name="configuration">
    /// The section. Read at start-up; changes take effect while the host runs. No other section is read.
    /// </param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTrustedProxy(
        this AuthenticationBuilder builder, string authenticationScheme, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(builder, SchemeSection.Of(authenticationScheme, configuration, list: null), static _ => { });
    }

    private static AuthenticationBuilder Add(
        AuthenticationBuilder builder, SchemeSection section, Action<TrustedProxyOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string authenticationScheme = section.Scheme;
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        ArgumentNullException.ThrowIfNull(configure);

        IServiceCollection services = builder.Services;
        services.TryAddSingleton<RejectionLog>();
        services.TryAddSingleton<ConfigurationReload>();
        services.TryAddSingleton<CurrentProxies>();
        services.TryAddSingleton<IOptionsMonitorCache<TrustedProxyOptions>, StartedOptions<TrustedProxyOptions>>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ProxyReload>());
        services.TryAddSingleton<UserProvisioning>();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<TrustedProxyOptions>, TrustedProxyOptionsValidator>()
        );

        // Before all other start-up filters, and so before every middleware: one of them may replace the address of the
        // connection by that of forwarded headers.
        if (!services.Any(service => service.ImplementationType == typeof(ProxyHeaderFilter)))
        {
            services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, ProxyHeaderFilter>());
        }

        services.AddSingleton(new TrustedProxyScheme(authenticationScheme));
        services.AddSingleton(section);
        services
            .AddOptions<TrustedProxyOptions>(authenticationScheme)
            .Configure<IServiceProvider>((options, provider) => ProxyConfiguration.Apply(section, provider, options))
            .ValidateOnStart();
        return builder.AddScheme<TrustedProxyOptions, ProxyAuthenticationHandler>(authenticationScheme, configure);
    }
}
