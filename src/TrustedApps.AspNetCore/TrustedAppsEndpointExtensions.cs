using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Startup;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Endpoints for trusted applications.</summary>
public static class TrustedAppsEndpointExtensions
{
    /// <inheritdoc cref="MapTrustedAppCertificate(IEndpointRouteBuilder, string)"/>
    public static IEndpointConventionBuilder MapTrustedAppCertificate(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapTrustedAppCertificate(TrustedAppsDefaults.AuthenticationScheme);

    /// <summary>
    /// Serves the current certificate of version 4 at <see cref="ApplicationCertificate.Path"/> and the current legacy
    /// certificate at <see cref="LegacyCertificate.Path"/>, each if there are keys for it. Both are public:
    /// administrators compare the fingerprints. Requires <see cref="TrustedAppsOptions.Keys"/>, or an
    /// <see cref="IKeyStore"/> keyed by the scheme's name.
    /// </summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="authenticationScheme">The scheme whose keys are served.</param>
    /// <returns>The conventions of both endpoints.</returns>
    /// <exception cref="InvalidOperationException">The scheme has no keys.</exception>
    public static IEndpointConventionBuilder MapTrustedAppCertificate(
        this IEndpointRouteBuilder endpoints, string authenticationScheme)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(authenticationScheme);
        SchemeRegistration.Require(endpoints.ServiceProvider, authenticationScheme, nameof(MapTrustedAppCertificate));
        TrustedAppsOptions options = endpoints
            .ServiceProvider.GetRequiredService<IOptionsMonitor<TrustedAppsOptions>>()
            .Get(authenticationScheme);
        if (endpoints.ServiceProvider.GetKeyedService<IKeyStore>(authenticationScheme) is null)
        {
            throw new InvalidOperationException(
                $"Scheme '{authenticationScheme}': set Keys to a key file, or register an IKeyStore for the scheme. Without keys there is no certificate to serve."
            );
        }

        TimeProvider time =
            options.TimeProvider ?? endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        return Map(
            endpoints,
            new ServedCertificate(options.Name, time, LoggerOf(endpoints)),
            context => new(context
                .RequestServices.GetRequiredService<TrustedAppsProviders>()
                .Get(authenticationScheme)
                .Keys!)
        );
    }

    /// <summary>
    /// Serves the current certificates of an application that trusts no other one, such as one that only sends
    /// requests: no authentication scheme is needed. Share the store with its clients by
    /// <see cref="TrustedApps.Client.TrustedAppClientOptions.KeyStore"/>.
    /// </summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="keys">The application's own keys, such as a <see cref="KeyFileStore"/> of its key file.</param>
    /// <param name="name">
    /// The name that administrators of other applications see: 1 to 255 characters without control and
    /// bidirectional-formatting characters; null for the id.
    /// </param>
    /// <returns>The conventions of both endpoints.</returns>
    public static IEndpointConventionBuilder MapTrustedAppCertificate(
        this IEndpointRouteBuilder endpoints, IKeyStore keys, string? name)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(keys);
        TimeProvider time = endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        return Map(endpoints, new ServedCertificate(name, time, LoggerOf(endpoints)), LoadAsync);

        async ValueTask<ApplicationKeys> LoadAsync(HttpContext context)
        {
            await keys.LoadAsync(context.RequestAborted);
            return keys.Keys;
        }
    }

    /// <summary>
    /// Lets the application read content of version 4 as it arrives, at any length. Reading to the end throws if the
    /// content is not the asserted one. Do nothing that cannot be undone before the end is reached. Controllers have
    /// <see cref="StreamTrustedContentAttribute"/>.
    /// </summary>
    /// <typeparam name="TBuilder">The type of the endpoint's conventions.</typeparam>
    /// <param name="endpoint">The endpoint. Routing must run before authentication.</param>
    /// <returns>The same conventions.</returns>
    public static TBuilder StreamTrustedContent<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new StreamTrustedContentAttribute());

    private static RouteGroupBuilder Map(
        IEndpointRouteBuilder endpoints,
        ServedCertificate certificate,
        Func<HttpContext, ValueTask<ApplicationKeys>> findKeys)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head]; // monitors ask with HEAD
        RouteGroupBuilder group = endpoints
            .MapGroup("")
            .AllowAnonymous()
            .WithDisplayName("Trusted application certificate");
        group.MapMethods(
            ApplicationCertificate.Path,
            methods,
            context => ServeAsync(context, ApplicationCertificate.MediaType, certificate.FindAsync)
        );
        group.MapMethods(
            LegacyCertificate.Path,
            methods,
            context => ServeAsync(context, "text/plain; charset=utf-8", FindLegacy)
        );
        return group;

        async Task ServeAsync(
            HttpContext context, string contentType, Func<ApplicationKeys, CancellationToken, ValueTask<byte[]?>> find)
        {
            ApplicationKeys keys = await findKeys(context);
            byte[]? document;
            try
            {
                document = await find(keys, context.RequestAborted);
            }
            catch (Exception cause) when (cause is PrivateKeyException or TimeoutException)
            {
                // the key answers later, or another node does
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.Headers.RetryAfter =
                    ServedCertificate.Pause.TotalSeconds.ToString(CultureInfo.InvariantCulture);
                return;
            }

            if (document is null)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            context.Response.ContentType = contentType;
            context.Response.ContentLength = document.Length;
            if (HttpMethods.IsHead(context.Request.Method)) return;
            await context.Response.BodyWriter.WriteAsync(document, context.RequestAborted);
        }
    }

    private static ILogger<TrustedAppsHandler> LoggerOf(IEndpointRouteBuilder endpoints) =>
        endpoints.ServiceProvider.GetRequiredService<ILogger<TrustedAppsHandler>>();

    private static ValueTask<byte[]?> FindLegacy(ApplicationKeys keys, CancellationToken cancellationToken) =>
        new(keys.HasLegacyKey ? keys.ToLegacyCertificate().ToBytes() : null);
}
