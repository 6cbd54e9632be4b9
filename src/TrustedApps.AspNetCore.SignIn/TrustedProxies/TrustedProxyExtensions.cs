using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a scheme that believes a component in front of the application (specification companions.md, section 2).</summary>
public static class TrustedProxyExtensions
{
    /// <summary>
    /// Adds a scheme for users whom a component in front has authenticated. Its header or cookie and its attribute
    /// headers, in any spelling, are removed from every request that did not come from the front, before the first
    /// middleware.
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
        services.TryAddSingleton<TrustedProxyList>();
        services.TryAddSingleton<UserProvisioning>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TrustedProxyOptions>, TrustedProxyOptionsValidator>());

        // In front of all other start-up filters, and so of every middleware: one of them may change the address of the
        // connection to what forwarded headers say.
        if (!services.Any(service => service.ImplementationType == typeof(ProxyHeaderFilter))) services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, ProxyHeaderFilter>());

        services.AddSingleton(new TrustedProxyScheme(authenticationScheme));
        services.AddOptions<TrustedProxyOptions>(authenticationScheme).ValidateOnStart();
        return builder.AddScheme<TrustedProxyOptions, ProxyAuthenticationHandler>(authenticationScheme, configure);
    }
}
