using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;

namespace TrustedApps.Admin.Api;

/// <summary>
/// The work of the administrator's pages, as JSON. The group has a path of its own and stands behind the host's
/// authorization policy; <see cref="RequestGate"/> makes the other checks that all endpoints share.
/// </summary>
internal static class ManagementApi
{
    /// <summary>Adds the services that the endpoints need beside the store.</summary>
    public static IServiceCollection AddManagementApi(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddOpenApi(OpenApiDescription.Name, OpenApiDescription.Configure);
    }

    /// <summary>Maps the endpoints.</summary>
    /// <param name="group">Their path and their policy.</param>
    /// <param name="scheme">The scheme whose trusts are in the store.</param>
    public static void Map(RouteGroupBuilder group, string scheme = TrustedAppsDefaults.AuthenticationScheme)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        RouteGroupBuilder api = group.MapGroup("").WithMetadata(new ApiScheme(scheme));
        ((IEndpointConventionBuilder)api).Finally(RequestGate.Guard);

        TrustEndpoints.Map(api);
        TrustCertificateEndpoints.Map(api);
        TrialEndpoints.Map(api);
        ProviderEndpoints.Map(api);
        ReportEndpoints.Map(api);
        ApplicationEndpoints.Map(api);
        OpenApiDescription.Map(api);
    }
}

/// <summary>The scheme whose trusts the endpoints administer.</summary>
internal sealed record ApiScheme(string Name)
{
    public static string Of(HttpContext context) =>
        context.GetEndpoint()!.Metadata.GetRequiredMetadata<ApiScheme>().Name;
}
