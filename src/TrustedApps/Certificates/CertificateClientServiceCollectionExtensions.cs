using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using TrustedApps.Certificates;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the <see cref="HttpClient"/> that fetches certificates.</summary>
public static class CertificateClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds the <see cref="HttpClient"/> <see cref="CertificateClient.HttpClientName"/>, which fetches every
    /// certificate of this host: at the start, every 24 hours, for a store and for the administrator's pages. Each part
    /// that fetches adds it; call it to configure that client, at any place.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <returns>
    /// The client's builder. Set a proxy, certificate authorities or a client certificate with
    /// <c>UseSocketsHttpHandler((handler, _) => ...)</c>. Without a proxy, each address is checked before it is
    /// connected to, and a callback of its own for connections is not used. Authorization and cookies are removed from
    /// each request, also where a message handler that was added sets them. Environment variables that name a proxy are
    /// followed if its Proxy is <see cref="HttpClient.DefaultProxy"/>.
    /// </returns>
    public static IHttpClientBuilder AddTrustedAppCertificateClient(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IPostConfigureOptions<HttpClientFactoryOptions>, CertificateHttpClient>()
        );
        return services.AddHttpClient(CertificateClient.HttpClientName).RemoveAllLoggers(); // failures are logged once
    }
}
