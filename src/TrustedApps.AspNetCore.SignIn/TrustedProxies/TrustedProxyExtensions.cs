using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
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
    /// <param name="configure">Sets the options.</param>
    /// <returns>The same builder.</returns>
    public static AuthenticationBuilder AddTrustedProxy(
        this AuthenticationBuilder builder, string authenticationScheme, Action<TrustedProxyOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        ArgumentNullException.ThrowIfNull(configure);

        IServiceCollection services = builder.Services;
        services.TryAddSingleton<RejectionLog>();
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
        services.AddOptions<TrustedProxyOptions>(authenticationScheme).ValidateOnStart();
        return builder.AddScheme<TrustedProxyOptions, ProxyAuthenticationHandler>(authenticationScheme, configure);
    }
}
