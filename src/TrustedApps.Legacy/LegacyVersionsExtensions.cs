using Microsoft.Extensions.DependencyInjection.Extensions;
using TrustedApps.Legacy;
using TrustedApps.Protocols;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the versions older than version 4.</summary>
public static class LegacyVersionsExtensions
{
    /// <summary>
    /// Lets schemes and clients speak versions 1, 2 and 3 and the Warwick dialect, where a trust or an option names
    /// them. Serves the provider's side and the consumer's. Does nothing the second time.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddLegacyVersions(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        foreach (LegacyProtocol protocol in LegacyProtocols.All)
        {
            bool isRegistered = services.Any(service =>
                service.ServiceType == typeof(LegacyProtocol) && service.ImplementationInstance == protocol
            );
            if (!isRegistered) services.AddSingleton(protocol);
        }

        return services;
    }
}
