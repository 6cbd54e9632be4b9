using Microsoft.Extensions.Logging;
using TrustedApps;
using TrustedApps.AspNetCore.Requests;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Finds the user resolver of an authentication scheme.</summary>
public static class UserResolverServiceProviderExtensions
{
    /// <summary>
    /// Returns the resolver that is registered under the scheme's name, or else the resolver for all schemes, or else
    /// <see cref="UserResolvers.Everyone"/>. If the resolver throws, the exception is logged, and the result is
    /// <see cref="UserResolution.Unavailable"/>.
    /// </summary>
    /// <param name="services">The services of the request: a resolver may use a database context.</param>
    /// <param name="authenticationScheme">The name of the scheme.</param>
    /// <returns>The resolver.</returns>
    public static IUserResolver GetUserResolver(this IServiceProvider services, string authenticationScheme)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        IUserResolver? resolver =
            services.GetKeyedService<IUserResolver>(authenticationScheme) ?? services.GetService<IUserResolver>();
        return resolver is null || ReferenceEquals(resolver, UserResolvers.Everyone)
            ? UserResolvers.Everyone
            : new GuardedUserResolver(resolver, services.GetService<ILoggerFactory>());
    }
}
