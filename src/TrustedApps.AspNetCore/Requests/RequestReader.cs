using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>Describes requests of ASP.NET Core for <see cref="AssertionVerifier"/> and for URL patterns.</summary>
public static class RequestReader
{
    /// <summary>
    /// Describes a request: its target exactly as received, and as the client sent it. Hostile input never throws.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="pathPrefix">
    /// The path that a reverse proxy strips without X-Forwarded-Prefix, percent-encoded; empty for none.
    /// </param>
    /// <returns>The description.</returns>
    public static IncomingRequest Read(HttpContext context, string pathPrefix = "")
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(pathPrefix);
        HttpRequest request = context.Request;
        string target = ReadTarget(context);
        bool isAbsoluteForm = TryReadAbsoluteForm(request, ref target);
        string pathBase = request.PathBase.Value ?? "";
        string hidden = IsPathBaseHidden(request, target) ? request.PathBase.ToUriComponent() : "";

        return new IncomingRequest
        {
            Method = request.Method,
            Scheme = request.Scheme,
            Host = request.Headers.Host.ToString(), // as on the wire: HttpRequest.Host decodes A-labels, and may throw
            PathBase = Uri.UnescapeDataString(pathPrefix) + pathBase,
            Target = target.StartsWith('/') ? string.Concat(pathPrefix, hidden, target) : target,
            RoutedPath = request.Path.Value ?? "",
            IsAbsoluteForm = isAbsoluteForm,
            RemoteAddress = context.Connection.RemoteIpAddress,
            Headers = request.Headers,
            Content =
                context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false ? null : request.Body,
            ContentLength = request.ContentLength,
            StreamsContent = context.GetEndpoint()?.Metadata.GetMetadata<StreamTrustedContentAttribute>() is not null,
        };
    }

    /// <summary>
    /// Reads the target of the request line exactly as received: <c>GetEncodedUrl</c> and <c>Uri</c> rewrite %7E, %41
    /// and dot segments.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <returns>The target. On a server in memory, which has none, the encoded path and query.</returns>
    public static string ReadTarget(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        string raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return raw.Length == 0 ? context.Request.GetEncodedPathAndQuery() : raw;
    }

    // Servers parse a whole URL by other rules than a path ("#", "%2F"). It is accepted only if the path and query
    // after its authority are those that the server is about to route.
    private static bool TryReadAbsoluteForm(HttpRequest request, ref string target)
    {
        if (IncomingRequest.FindPathAndQuery(target) is not { } pathAndQuery) return false;

        int query = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? pathAndQuery : pathAndQuery[..query];
        bool isSame = Decodes(path, to: request.PathBase + request.Path)
            && (query < 0 ? "" : pathAndQuery[query..]) == (request.QueryString.Value ?? "");
        if (isSame) target = pathAndQuery;
        return isSame;
    }

    // UsePathBase takes the path base off the received path; X-Forwarded-Prefix names one that was not received.
    private static bool IsPathBaseHidden(HttpRequest request, string target)
    {
        if (!request.PathBase.HasValue || !target.StartsWith('/')) return false;
        int query = target.IndexOf('?', StringComparison.Ordinal);
        return Decodes(query < 0 ? target : target[..query], to: request.Path);
    }

    // FromUriComponent throws for %00. No server routes such a path as it was received.
    private static bool Decodes(string path, PathString to) =>
        !path.Contains("%00", StringComparison.Ordinal) && PathString.FromUriComponent(path) == to;
}
