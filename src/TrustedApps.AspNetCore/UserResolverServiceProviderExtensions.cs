using TrustedApps;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Startup;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Finds the user resolver of an authentication scheme.</summary>
public static class UserResolverServiceProviderExtensions
{
    /// <summary>
    /// Returns the resolver that is registered under the scheme's name, or else the resolver for all schemes. If the
    /// resolver throws, or its factory returned null, that is logged, and the result is
    /// <see cref="UserResolution.Unavailable"/>. Without a registration it returns
    /// <see cref="UserResolvers.Everyone"/>, because a password or a proxy has proven the name; for a scheme of trusted
    /// applications, which proves no name, the result is <see cref="UserResolution.Unavailable"/>.
    /// </summary>
    /// <param name="services">The services of the request: a resolver may use a database context.</param>
    /// <param name="authenticationScheme">The name of the scheme.</param>
    /// <returns>The resolver.</returns>
    public static IUserResolver GetUserResolver(this IServiceProvider services, string authenticationScheme)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        IUserResolver? resolver = UserResolverRegistration.Find(services, authenticationScheme);
        bool isEveryone =
            ReferenceEquals(resolver, UserResolvers.Everyone)
            || (resolver is null && !UserResolverRegistration.IsNeeded(services, authenticationScheme));
        return isEveryone
            ? UserResolvers.Everyone
            : new GuardedUserResolver(resolver, authenticationScheme, services);
    }
}
