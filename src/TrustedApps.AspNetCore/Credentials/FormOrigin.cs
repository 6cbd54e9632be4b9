using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.Credentials;

/// <summary>Which site a form was sent from, as browsers say it and pages cannot change it.</summary>
internal static class FormOrigin
{
    /// <summary>Whether another site sent the request. What no browser sent is not foreign: nobody's browser was made to send it.</summary>
    public static bool IsForeign(HttpRequest request)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site)) return site.ToString() is not ("same-origin" or "same-site" or "none"); // W3C Fetch Metadata, section 2.4
        if (request.Headers.Origin.Count == 0) return false;
        return !Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out Uri? origin) // "null": a page that hides where it is from
            || !origin.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase);
    }
}
