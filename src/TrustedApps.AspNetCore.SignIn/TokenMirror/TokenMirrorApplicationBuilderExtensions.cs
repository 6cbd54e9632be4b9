using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.SignIn.TokenMirror;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Middleware for the token mirror.</summary>
public static class TokenMirrorApplicationBuilderExtensions
{
    // Set by UseAuthentication and UseAuthorization. WebApplication adds each one that is not set before all other
    // middleware.
    private const string AuthenticationMiddlewareSet = "__AuthenticationMiddlewareSet";
    private const string AuthorizationMiddlewareSet = "__AuthorizationMiddlewareSet";

    /// <summary>
    /// Serves the listed paths of the mirror by the endpoints of its target, to requests that a token scheme accepted,
    /// and rejects every other request to the mirror. Requests to other paths pass unchanged.
    /// </summary>
    /// <remarks>
    /// Call it after UseForwardedHeaders and UsePathBase, and before UseSession, response caching, UseAuthentication
    /// and UseAuthorization, both of which the application must then call itself. It calls UseRouting: do not call it
    /// again. The mirror serves endpoints only, and only those that reject anonymous users by authorization metadata or
    /// the fallback policy. Middleware that answers requests below the target answers mirrored requests as well if an
    /// endpoint has the same path. Endpoints that stream trusted content receive it buffered.
    /// </remarks>
    /// <param name="app">The application.</param>
    /// <returns>The same application.</returns>
    /// <exception cref="InvalidOperationException">
    /// A service is missing, or the call is in the wrong place. The message names the remedy.
    /// </exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is not valid.</exception>
    public static IApplicationBuilder UseTokenMirror(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        RequireServices(app.ApplicationServices);
        if (
            app.Properties.ContainsKey(AuthenticationMiddlewareSet)
            || app.Properties.ContainsKey(AuthorizationMiddlewareSet)
        )
        {
            throw new InvalidOperationException(
                "UseTokenMirror is called after UseAuthentication or UseAuthorization, which would read cookies and the path of the mirror. Call it before both."
            );
        }

        // otherwise WebApplication authenticates in front of the mirror
        app.Properties[AuthenticationMiddlewareSet] = true;
        app.UseMiddleware<MirrorMiddleware>();
        app.UseRouting();
        return app.UseMiddleware<MirrorEndpointMiddleware>();
    }

    private static void RequireServices(IServiceProvider services)
    {
        if (services.GetService<MirrorRules>() is null)
        {
            throw new InvalidOperationException(
                "UseTokenMirror needs services that are not registered. Call AddTokenMirror on the authentication builder."
            );
        }

        if (!services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(IPolicyEvaluator)))
        {
            throw new InvalidOperationException(
                "The token mirror serves only endpoints that require authorization, and its services are not registered. Call AddAuthorization."
            );
        }

        using IServiceScope scope = services.CreateScope();
        if (scope.ServiceProvider.GetRequiredService<IAuthenticationService>() is not MirrorAuthenticationService)
        {
            throw new InvalidOperationException(
                "The authentication service was replaced after AddTokenMirror, so that other schemes could authenticate on the mirror. Call AddTokenMirror after the code that replaces it."
            );
        }
    }
}
