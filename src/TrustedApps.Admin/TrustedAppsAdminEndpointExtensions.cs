using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.Admin;
using TrustedApps.Admin.Api;
using TrustedApps.Admin.Hosting;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves the administrator's pages and the management API.</summary>
public static class TrustedAppsAdminEndpointExtensions
{
    /// <summary>
    /// Serves the administrator's pages below <see cref="TrustedAppsAdminOptions.Path"/>, and the management API below
    /// that and <c>/api</c>, all of it behind <see cref="TrustedAppsAdminOptions.Policy"/>. Razor pages of the host are
    /// left as they are.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <returns>The same application.</returns>
    /// <exception cref="ArgumentException">
    /// The endpoints are a group: set <see cref="TrustedAppsAdminOptions.Path"/> instead.
    /// </exception>
    /// <exception cref="InvalidOperationException">AddTrustedAppsAdmin was not called.</exception>
    /// <exception cref="OptionsValidationException">
    /// A setting is not valid, or the host lacks a service; the message names the remedy.
    /// </exception>
    public static IEndpointRouteBuilder MapTrustedAppsAdmin(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints is RouteGroupBuilder)
        {
            throw new ArgumentException(
                "MapTrustedAppsAdmin must be called on the application, not on a group: set the place of the pages in TrustedAppsAdminOptions.Path.",
                nameof(endpoints)
            );
        }

        if (
            endpoints.ServiceProvider.GetRequiredService<IServiceProviderIsService>().IsService(typeof(AdminServices))
            is false
        )
        {
            throw new InvalidOperationException(
                "MapTrustedAppsAdmin: add the pages first, with services.AddTrustedAppsAdmin(options => options.Policy = \"...\")."
            );
        }

        TrustedAppsAdminOptions options = endpoints
            .ServiceProvider.GetRequiredService<IOptions<TrustedAppsAdminOptions>>()
            .Value;
        RouteGroupBuilder group = endpoints.MapGroup("");
        group.RequireAuthorization(options.Policy!);
        ((IEndpointRouteBuilder)group).DataSources.Add(AdminPages.Of(endpoints));
        Stylesheet.Map(group, options.Path);
        ManagementApi.Map(group.MapGroup($"{options.Path}/api"), options.AuthenticationScheme);
        return endpoints;
    }
}
