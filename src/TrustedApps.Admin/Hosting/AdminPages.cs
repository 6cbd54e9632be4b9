using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;

namespace TrustedApps.Admin.Hosting;

/// <summary>The pages of the area, and no other Razor pages, as endpoints that match.</summary>
internal sealed class AdminPages : EndpointDataSource
{
    private readonly EndpointDataSource _all;

    private AdminPages(EndpointDataSource all) => _all = all;

    public override IReadOnlyList<Endpoint> Endpoints =>
        [
            .. from endpoint in _all.Endpoints.OfType<RouteEndpoint>()
            where endpoint.Metadata.GetMetadata<PageActionDescriptor>()?.AreaName == PageRules.Area
            select new RouteEndpoint(
                endpoint.RequestDelegate!,
                endpoint.RoutePattern,
                endpoint.Order,
                WithoutSuppression(endpoint.Metadata),
                endpoint.DisplayName
            ),
        ];

    public static AdminPages Of(IEndpointRouteBuilder endpoints)
    {
        var collector = new Collector(endpoints);
        collector.MapRazorPages();
        return new AdminPages(collector.DataSources.Single());
    }

    public override IChangeToken GetChangeToken() => _all.GetChangeToken();

    private static EndpointMetadataCollection WithoutSuppression(EndpointMetadataCollection metadata) =>
        new(metadata.Where(item => item is not (ISuppressMatchingMetadata or ISuppressLinkGenerationMetadata)));

    // Takes the Razor pages, so that the application does not get those of the host twice.
    private sealed class Collector(IEndpointRouteBuilder endpoints) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => endpoints.ServiceProvider;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => endpoints.CreateApplicationBuilder();
    }
}
