using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>Describes a request for the verifier: its target exactly as received, and as the client saw it.</summary>
internal static class RequestReader
{
    public static IncomingRequest Read(HttpContext context, string pathPrefix)
    {
        HttpRequest request = context.Request;
        string target = ReadTarget(context);
        bool isAbsoluteForm = TryReadAbsoluteForm(request, ref target);
        string pathBase = request.PathBase.Value ?? "";
        string hidden = IsPathBaseHidden(request, target) ? request.PathBase.ToUriComponent() : "";

        return new IncomingRequest
        {
            Method = request.Method,
            Scheme = request.Scheme,
            Host = request.Host.Value ?? "",
            PathBase = Uri.UnescapeDataString(pathPrefix) + pathBase,
            Target = target.StartsWith('/') ? string.Concat(pathPrefix, hidden, target) : target,
            RoutedPath = request.Path.Value ?? "",
            IsAbsoluteForm = isAbsoluteForm,
            RemoteAddress = context.Connection.RemoteIpAddress,
            Headers = request.Headers,
            Content = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false ? null : request.Body,
            ContentLength = request.ContentLength,
            StreamsContent = context.GetEndpoint()?.Metadata.GetMetadata<StreamedTrustedContent>() is not null,
        };
    }

    // What was signed is the raw target; GetEncodedUrl and Uri rewrite %7E, %41 and dot segments.
    public static string ReadTarget(HttpContext context)
    {
        string raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return raw.Length == 0 ? context.Request.GetEncodedPathAndQuery() : raw; // servers in memory have no raw target
    }

    // Servers read a whole URL by other rules than a path ("#", "%2F"): it counts only where the path and query that
    // follow its authority are, read as such, the ones that the server is about to route.
    private static bool TryReadAbsoluteForm(HttpRequest request, ref string target)
    {
        if (IncomingRequest.FindPathAndQuery(target) is not { } pathAndQuery) return false;

        int query = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        bool isSame = PathString.FromUriComponent(query < 0 ? pathAndQuery : pathAndQuery[..query]) == request.PathBase + request.Path
            && (query < 0 ? "" : pathAndQuery[query..]) == (request.QueryString.Value ?? "");
        if (isSame) target = pathAndQuery;
        return isSame;
    }

    // UsePathBase takes the path base off the path that came in; X-Forwarded-Prefix names one that did not come in.
    private static bool IsPathBaseHidden(HttpRequest request, string target)
    {
        if (!request.PathBase.HasValue || !target.StartsWith('/')) return false;
        int query = target.IndexOf('?', StringComparison.Ordinal);
        return PathString.FromUriComponent(query < 0 ? target : target[..query]) == request.Path;
    }
}
