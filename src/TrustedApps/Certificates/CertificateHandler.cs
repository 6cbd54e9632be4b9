using System.Net;

namespace TrustedApps.Certificates;

/// <summary>
/// Secures the handler that fetches certificates (specification version-4.md, section 2, "Fetching"), whatever the
/// application has configured: no redirects, cookies, credentials or decompression; no proxy that is not named; checked
/// addresses.
/// </summary>
internal static class CertificateHandler
{
    private const int MaxResponseHeaders = 16; // KiB

    /// <exception cref="InvalidOperationException">
    /// The addresses that the handler connects to cannot be checked.
    /// </exception>
    public static void Secure(HttpMessageHandler primary)
    {
        while (primary is DelegatingHandler { InnerHandler: { } inner }) primary = inner;
        if (primary is HttpClientHandler)
        {
            throw new InvalidOperationException(
                $"The primary handler of the HttpClient '{CertificateClient.HttpClientName}' is an HttpClientHandler, whose connections cannot be checked. Configure the SocketsHttpHandler that is there with UseSocketsHttpHandler((handler, _) => ...)."
            );
        }

        if (primary is SocketsHttpHandler handler) Secure(handler);
    }

    public static void Secure(SocketsHttpHandler handler)
    {
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.Credentials = null;
        handler.PreAuthenticate = false;
        handler.AutomaticDecompression = DecompressionMethods.None;
        handler.UseProxy = handler.Proxy is not null; // the environment is followed only where the application says so
        handler.MaxResponseHeadersLength = Math.Min(handler.MaxResponseHeadersLength, MaxResponseHeaders);
        handler.PooledConnectionLifetime = TimeSpan.Zero; // the next fetch resolves the name anew
        IWebProxy? proxy = handler.Proxy;
        handler.ConnectCallback = (context, cancellationToken) => ConnectAsync(context, proxy, cancellationToken);
    }

    // A proxy is named by the administrator, so it may have a private address.
    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, IWebProxy? proxy, CancellationToken cancellationToken)
    {
        // the handler asks a proxy for a tunnel by a request of its own
        bool isProxied = context.InitialRequestMessage.Method == HttpMethod.Connect || IsOf(proxy, context);
        bool allowsPrivate = isProxied;
        if (context.InitialRequestMessage.Options.TryGetValue(CertificateRoute.Key, out CertificateRoute? route))
        {
            route.IsConnecting = !isProxied;
            allowsPrivate |= route.AllowPrivateAddresses;
        }

        Stream stream = await NetworkGuard
            .ConnectAsync(context.DnsEndPoint, allowsPrivate, cancellationToken)
            .ConfigureAwait(false);
        if (route is not null) route.IsConnecting = false;
        return stream;
    }

    private static bool IsOf(IWebProxy? proxy, SocketsHttpConnectionContext context) =>
        proxy is not null
        && context.InitialRequestMessage.RequestUri is { } target
        && !proxy.IsBypassed(target)
        && proxy.GetProxy(target) is { } via
        && via.IdnHost == context.DnsEndPoint.Host
        && via.Port == context.DnsEndPoint.Port;
}
