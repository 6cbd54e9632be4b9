using Microsoft.AspNetCore.Http;

namespace TrustedApps.Admin.Access;

/// <summary>What browsers are told of every page: nothing from elsewhere, no script, not kept, not framed.</summary>
internal static class PageHeaders
{
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    // At the last moment: antiforgery sets some of them as well.
    public static void Set(HttpResponse response) => response.OnStarting(() =>
    {
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    });
}
