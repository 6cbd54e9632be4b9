using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using TrustedApps.Admin;
using TrustedApps.Admin.Api;
using TrustedApps.Admin.Certificates;
using TrustedApps.Admin.Hosting;
using TrustedApps.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the administrator's pages and the management API.</summary>
public static class TrustedAppsAdminExtensions
{
    private static readonly ConfigurationCheck _check = ConfigurationCheck.Of<TrustedAppsAdminOptions>();

    /// <summary>
    /// Adds the administrator's pages and the management API;
    /// <see cref="TrustedAppsAdminEndpointExtensions.MapTrustedAppsAdmin"/> serves them. The host has added a store
    /// with AddTrustedAppsStore, authentication of its users, and the policy.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options. They are validated at start-up.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTrustedAppsAdmin(
        this IServiceCollection services,
        Action<TrustedAppsAdminOptions> configure
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        services.AddRazorPages().AddApplicationPart(typeof(TrustedAppsAdminExtensions).Assembly);
        services.AddDataProtection();
        services.AddManagementApi();
        services.AddOptions<TrustedAppsAdminOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<TrustedAppsAdminOptions>, TrustedAppsAdminOptionsValidator>()
        );
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<AdminServices>();
        services.AddTrustedAppCertificateClient();
        services.AddSingleton<CertificateFinder>();
        services.AddSingleton<ShownCertificates>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<RazorPagesOptions>, PageRules>());
        return services;
    }

    /// <summary>
    /// Adds the administrator's pages and the management API, with options from configuration. A setting that is
    /// misspelt or has the wrong type stops the start.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section, such as <c>TrustedAppsAdmin</c>. Read at start-up.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddTrustedAppsAdmin(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddTrustedAppsAdmin(options =>
        {
            _check.Require(configuration);
            configuration.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        });
    }
}
