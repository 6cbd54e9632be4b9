namespace TrustedApps.Client;

/// <summary>The URL as the HTTP library sends it, which is the one that the assertion signs.</summary>
internal static class SignedUrl
{
    public static string Of(HttpRequestMessage request)
    {
        Uri uri = request.RequestUri!;
        return $"{uri.Scheme}://{request.Headers.Host ?? HostOf(uri)}{uri.PathAndQuery}";
    }

    /// <summary>The URL for messages: without user-info, which may be a password, and without query.</summary>
    public static string ForPeople(Uri uri) =>
        uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    // As SocketsHttpHandler writes the Host header.
    private static string HostOf(Uri uri)
    {
        string host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        return uri.IsDefaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{uri.Port}");
    }
}
