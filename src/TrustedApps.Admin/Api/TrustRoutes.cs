using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace TrustedApps.Admin.Api;

/// <summary>
/// Where the endpoints of one trust are. Ids of old applications hold any characters: percent-encoded in the path,
/// <c>/trusts/{id}</c>, they work as far as servers in between leave the path alone. <c>.</c> and <c>..</c> never do
/// there, since servers resolve them however they are encoded. So each endpoint has a second place, <c>/trust?id=</c>,
/// where every id works.
/// </summary>
internal static class TrustRoutes
{
    private const string EncodedSlash = "%2F";

    /// <summary>Maps an endpoint of one trust to both places.</summary>
    public static void MapTrust(
        this RouteGroupBuilder api,
        string method,
        string rest,
        Delegate handler,
        ApiOperation operation
    )
    {
        operation = operation with { Errors = [.. operation.Errors, StatusCodes.Status404NotFound] };
        api.MapMethods("/trusts/{id}" + rest, [method], handler).With(operation);
        api.MapMethods("/trust" + rest, [method], handler)
            .With(
                operation with
                {
                    Name = operation.Name + "ByQuery",
                    Summary = $"{operation.Summary} (for an id that a path cannot hold)",
                }
            );
    }

    /// <summary>The address of a trust, for Location.</summary>
    /// <param name="trusts">The path that trusts are added to.</param>
    /// <param name="id">The application id.</param>
    public static string AddressOf(PathString trusts, string id)
    {
        string path = trusts.ToUriComponent().TrimEnd('/');
        return id is "." or ".." ? $"{path[..^1]}?id={id}" : $"{path}/{Uri.EscapeDataString(id)}";
    }

    /// <summary>The application id that a request names.</summary>
    /// <param name="context">The request.</param>
    /// <param name="bound">What routing made of it.</param>
    /// <exception cref="ProblemException">
    /// Something has rewritten the path, so that it is not certain which.
    /// </exception>
    public static string IdOf(HttpContext context, string bound)
    {
        bool isExact =
            context.Request.RouteValues["id"] is null
            || !bound.Contains(EncodedSlash, StringComparison.OrdinalIgnoreCase);
        if (isExact) return bound;

        // Servers decode a path but for its slashes: only the target as received distinguishes %2F from %252F.
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0].TrimEnd('/');
        string[] segments = target.Split('/');
        int position = segments.Length - DistanceFromEnd((RouteEndpoint)context.GetEndpoint()!);
        string id = position < 0 ? "" : Uri.UnescapeDataString(segments[position]);
        return InSameForm(id.Replace("/", EncodedSlash, StringComparison.Ordinal)) == InSameForm(bound)
            ? id
            : throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "Something between you and this application rewrites paths, so it is not certain which id this is: name it in the query, /trust?id=..."
            );
    }

    private static int DistanceFromEnd(RouteEndpoint endpoint)
    {
        IReadOnlyList<RoutePatternPathSegment> segments = endpoint.RoutePattern.PathSegments;
        int index = 0;
        while (segments[index].Parts is not [RoutePatternParameterPart { Name: "id" }]) index++;
        return segments.Count - index;
    }

    private static string InSameForm(string text) =>
        text.Replace(EncodedSlash, EncodedSlash, StringComparison.OrdinalIgnoreCase);
}
