using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Startup;

namespace TrustedApps.AspNetCore;

/// <summary>Endpoints for trusted applications.</summary>
public static class TrustedAppsEndpointExtensions
{
    /// <summary>
    /// Serves the legacy certificate document at <see cref="LegacyCertificate.Path"/>, to everybody: it is public,
    /// and whoever trusts it compares the fingerprint. Needs <see cref="TrustedAppsOptions.Keys"/>.
    /// </summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="authenticationScheme">The scheme whose keys are served.</param>
    /// <returns>The endpoint's conventions.</returns>
    /// <exception cref="InvalidOperationException">The scheme has no keys.</exception>
    public static IEndpointConventionBuilder MapTrustedAppCertificate(
        this IEndpointRouteBuilder endpoints, string authenticationScheme = TrustedAppsDefaults.AuthenticationScheme)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>().Get(authenticationScheme).Keys is null)
        {
            throw new InvalidOperationException($"Scheme '{authenticationScheme}': set Keys to a key file; without it there is no certificate to serve.");
        }

        return endpoints.MapGet(LegacyCertificate.Path, ServeAsync).AllowAnonymous().WithDisplayName("Trusted application certificate");

        Task ServeAsync(HttpContext context)
        {
            TrustedAppsProvider provider = context.RequestServices.GetRequiredService<TrustedAppsProviders>().Get(authenticationScheme);
            byte[] document = provider.Keys!.ToLegacyCertificate().ToBytes();
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.ContentLength = document.Length;
            return context.Response.BodyWriter.WriteAsync(document, context.RequestAborted).AsTask();
        }
    }

    /// <summary>
    /// Lets the application read content of version 4 as it comes, whatever its length: reading to its end throws if it
    /// is not what was asserted. Do nothing that cannot be undone before the end is reached.
    /// </summary>
    /// <typeparam name="TBuilder">The endpoint's conventions.</typeparam>
    /// <param name="endpoint">The endpoint. Routing has to come before authentication.</param>
    /// <returns>The same conventions.</returns>
    public static TBuilder StreamTrustedContent<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new StreamedTrustedContent());
}
