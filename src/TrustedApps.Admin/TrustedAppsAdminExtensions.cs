using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrustedApps.Admin;
using TrustedApps.Admin.Api;
using TrustedApps.Admin.Certificates;
using TrustedApps.Admin.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds what the administrator's pages need.</summary>
public static class TrustedAppsAdminExtensions
{
    /// <summary>
    /// Adds the administrator's pages and the management API; <see cref="TrustedAppsAdminEndpointExtensions.MapTrustedAppsAdmin"/> serves them. The
    /// host has added a store with AddTrustedAppsStore, authentication of its users, and the policy.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTrustedAppsAdmin(this IServiceCollection services, Action<TrustedAppsAdminOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new TrustedAppsAdminOptions();
        configure(options);

        services.AddRazorPages().AddApplicationPart(typeof(TrustedAppsAdminExtensions).Assembly);
        services.AddDataProtection();
        services.AddManagementApi();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<AdminServices>();
        services.AddSingleton<CertificateFinder>();
        services.AddSingleton<ShownCertificates>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<RazorPagesOptions>, PageRules>());
        return services;
    }
}
