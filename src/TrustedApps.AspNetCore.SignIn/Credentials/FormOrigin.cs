using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Which site a form was sent from, as browsers say it and pages cannot change it.</summary>
internal static class FormOrigin
{
    /// <summary>Whether another site sent the request. What no browser sent is not foreign: nobody's browser was made to send it.</summary>
    public static bool IsForeign(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString(); // W3C Fetch Metadata, section 2.4
        if (site is "same-origin" or "none") return false;
        if (site is not ("" or "same-site")) return true;

        if (site.Length == 0 && request.Headers.Origin.Count == 0) return false;
        return !Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out Uri? origin) // "null": a page that hides where it is from
            || !origin.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase); // another host of the same site is another application
    }
}
