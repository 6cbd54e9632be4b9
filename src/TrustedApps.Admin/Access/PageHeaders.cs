using Microsoft.AspNetCore.Http;

namespace TrustedApps.Admin.Access;

/// <summary>The headers of every page: nothing from other origins, no script, no caching, no framing.</summary>
internal static class PageHeaders
{
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    // When the response starts, because antiforgery sets some of them as well.
    public static void Set(HttpResponse response) => response.OnStarting(() =>
    {
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    });
}
