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
        string pathBase = request.PathBase.Value ?? "";
        string hidden = IsPathBaseHidden(request, target) ? request.PathBase.ToUriComponent() : "";

        return new IncomingRequest
        {
            Method = request.Method,
            Scheme = request.Scheme,
            Host = request.Host.Value ?? "",
            PathBase = Uri.UnescapeDataString(pathPrefix) + pathBase,
            Target = string.Concat(pathPrefix, hidden, target),
            RoutedPath = request.Path.Value ?? "",
            RemoteAddress = context.Connection.RemoteIpAddress,
            Headers = request.Headers,
        };
    }

    // What was signed is the raw target; GetEncodedUrl and Uri rewrite %7E, %41 and dot segments.
    private static string ReadTarget(HttpContext context)
    {
        string raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (raw.Length == 0) return context.Request.GetEncodedPathAndQuery(); // servers in memory have no raw target
        if (raw[0] is '/' or '*') return raw;

        // absolute-form (RFC 9112 section 3.2.2): its path and query
        int authority = raw.IndexOf("://", StringComparison.Ordinal);
        int path = authority < 0 ? -1 : raw.AsSpan(authority + 3).IndexOfAny('/', '?');
        if (path < 0) return "/";
        path += authority + 3;
        return raw[path] == '?' ? "/" + raw[path..] : raw[path..];
    }

    // UsePathBase takes the path base off the path that came in; X-Forwarded-Prefix names one that did not come in.
    private static bool IsPathBaseHidden(HttpRequest request, string target)
    {
        if (!request.PathBase.HasValue) return false;
        int query = target.IndexOf('?', StringComparison.Ordinal);
        return PathString.FromUriComponent(query < 0 ? target : target[..query]) == request.Path;
    }
}
