using Microsoft.AspNetCore.Http;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Reads the site that sent a form from headers that browsers set and pages cannot change.</summary>
internal static class FormOrigin
{
    /// <summary>
    /// Returns the reason why a page of another origin (RFC 6454: scheme, host and port) may have made a browser send
    /// the request, and the remedy; null if none did, or if no browser sent it.
    /// </summary>
    public static string? FindProblem(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString(); // W3C Fetch Metadata, section 2.4
        if (site is "same-origin" or "none") return null;
        if (site.Length == 0 && request.Headers.Origin.Count == 0) return null;

        string origin = request.Headers.Origin.ToString();
        string own = $"{request.Scheme}://{request.Headers.Host}"; // as on the wire, like the origin
        if (site is "" or "same-site" && IsSame(origin, own)) return null;
        return Explain(LogSanitizer.Sanitize(origin), LogSanitizer.Sanitize(own));
    }

    private static bool IsSame(string origin, string own) =>
        WithoutDefaultPort(origin).Equals(WithoutDefaultPort(own), StringComparison.OrdinalIgnoreCase);

    private static string Explain(string origin, string own)
    {
        if (origin is "null" or "")
        {
            return "The browser does not say which page sent the login form (no Origin, or null). A login page with Referrer-Policy: no-referrer has this effect: set the policy same-origin there.";
        }

        string facts = $"The login form came from {origin}, and this application was reached as {own}.";
        if (HostOf(origin).Equals(HostOf(own), StringComparison.OrdinalIgnoreCase))
        {
            return $"{facts} Only scheme or port differ: if both are this application, let its proxy send X-Forwarded-Proto and X-Forwarded-Host, and read them with UseForwardedHeaders.";
        }

        return $"{facts} If both are this application, let its proxy pass the original Host on. Otherwise another site sent the form.";
    }

    private static string WithoutDefaultPort(string origin)
    {
        string port = origin.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? ":443" : ":80";
        return origin.EndsWith(port, StringComparison.Ordinal) ? origin[..^port.Length] : origin;
    }

    private static string HostOf(string origin)
    {
        int start = origin.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        if (start < "://".Length) return origin;
        string authority = origin[start..];
        int port = authority.LastIndexOf(':');
        return port > authority.LastIndexOf(']') ? authority[..port] : authority;
    }
}
