using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Reads the site that sent a form from headers that browsers set and pages cannot change.</summary>
internal static class FormOrigin
{
    /// <summary>
    /// Whether a page of another site made a browser send the request. A request that no browser sent is not foreign.
    /// </summary>
    public static bool IsForeign(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString(); // W3C Fetch Metadata, section 2.4
        if (site is "same-origin" or "none") return false;
        if (site is not ("" or "same-site")) return true;

        if (site.Length == 0 && request.Headers.Origin.Count == 0) return false;
        // "null": a page that hides its origin
        return !Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out Uri? origin)
            // another host of the same site is another application
            || !origin.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase);
    }
}
