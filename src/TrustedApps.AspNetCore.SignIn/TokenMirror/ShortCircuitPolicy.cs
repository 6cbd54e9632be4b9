using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Routing.Patterns;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>
/// Excludes endpoints with ShortCircuit from the mirror: they answer within routing, before
/// <see cref="MirrorEndpointMiddleware"/> runs. If one is among the candidates, no endpoint is selected.
/// </summary>
internal sealed class ShortCircuitPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    private static readonly Type _mark = FindMark();

    public override int Order => int.MaxValue; // after policies that add endpoints

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        ContainsDynamicEndpoints(endpoints) || endpoints.Any(IsShortCircuit);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        if (httpContext.Features.Get<MirroredRequest>() is null || !ContainsShortCircuit(candidates))
        {
            return Task.CompletedTask;
        }

        for (int index = 0; index < candidates.Count; index++) candidates.SetValidity(index, false);
        return Task.CompletedTask;
    }

    private static bool ContainsShortCircuit(CandidateSet candidates)
    {
        for (int index = 0; index < candidates.Count; index++)
        {
            if (candidates.IsValidCandidate(index) && IsShortCircuit(candidates[index].Endpoint)) return true;
        }

        return false;
    }

    private static bool IsShortCircuit(Endpoint endpoint) => endpoint.Metadata.Any(item => item.GetType() == _mark);

    // The type of the metadata is internal to ASP.NET Core, so an endpoint with it is built.
    private static Type FindMark()
    {
        var endpoint = new RouteEndpointBuilder(requestDelegate: null, RoutePatternFactory.Parse("/"), order: 0);
        new Conventions(endpoint).ShortCircuit();
        return endpoint.Metadata[^1].GetType();
    }

    private sealed class Conventions(EndpointBuilder endpoint) : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention) => convention(endpoint);
    }
}
