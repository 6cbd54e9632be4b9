using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace TrustedApps.AspNetCore.Schemes;

/// <summary>Keeps a response to a token out of caches, and leaves no session behind.</summary>
internal static class PrivateResponse
{
    public const string RequestCacheControl = "no-cache, no-store";

    private const string ResponseCacheControl = "no-store, private";

    /// <summary>
    /// Forbids response caching middleware to store the response: it decides at the first write, by the request.
    /// </summary>
    public static void ForbidResponseCaching(HttpRequest request) => request.Headers.CacheControl = RequestCacheControl;

    /// <summary>
    /// Forbids storing (RFC 9111, section 3.5 protects only requests with Authorization) and removes cookies: a request
    /// with a token never opens a session. Call it when the response starts.
    /// </summary>
    public static void SetHeaders(HttpResponse response)
    {
        IHeaderDictionary headers = response.Headers;
        StringValues stated = headers.CacheControl;
        if (stated.Count == 0 || !ForbidsStoring(stated.ToString())) headers.CacheControl = ResponseCacheControl;
        headers.Remove("CDN-Cache-Control"); // RFC 9213: caches that read it ignore Cache-Control
        headers.Remove("Surrogate-Control"); // its predecessor
        headers.Remove(HeaderNames.SetCookie);
    }

    private static bool ForbidsStoring(string cacheControl) =>
        CacheControlHeaderValue.TryParse(cacheControl, out CacheControlHeaderValue? parsed)
        && parsed is { NoStore: true, Private: true };
}
