using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.SignIn.TokenMirror;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Middleware for the token mirror.</summary>
public static class TokenMirrorApplicationBuilderExtensions
{
    // Set by UseAuthentication and UseAuthorization. WebApplication puts those that did not set them in front of
    // everything.
    private const string AuthenticationMiddlewareSet = "__AuthenticationMiddlewareSet";
    private const string AuthorizationMiddlewareSet = "__AuthorizationMiddlewareSet";

    /// <summary>
    /// Serves the listed paths of the mirror by the endpoints of its target, to requests that a token scheme accepted,
    /// and refuses everything else there. What is not for the mirror passes untouched.
    /// </summary>
    /// <remarks>
    /// Put it after UseForwardedHeaders and UsePathBase, and before UseSession, response caching, UseAuthentication
    /// and UseAuthorization, both of which the application then has to name. It routes: do not call UseRouting again.
    /// Only endpoints are served through it, and only those that refuse anonymous users by authorization metadata or
    /// the fallback policy. Middleware that answers by itself below the target, for a path that an endpoint has as
    /// well, would answer here too. Endpoints that stream trusted content get it buffered.
    /// </remarks>
    /// <param name="app">The application.</param>
    /// <returns>The same application.</returns>
    /// <exception cref="InvalidOperationException">A service is missing, or the middleware is in the wrong place. The message says how to mend it.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are wrong.</exception>
    public static IApplicationBuilder UseTokenMirror(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        RequireServices(app.ApplicationServices);
        if (app.Properties.ContainsKey(AuthenticationMiddlewareSet) || app.Properties.ContainsKey(AuthorizationMiddlewareSet))
        {
            throw new InvalidOperationException("UseTokenMirror comes after UseAuthentication or UseAuthorization, which would see cookies and the path of the mirror. Call it before both.");
        }

        app.Properties[AuthenticationMiddlewareSet] = true; // or WebApplication would authenticate in front of the mirror
        app.UseMiddleware<MirrorMiddleware>();
        app.UseRouting();
        return app.UseMiddleware<MirrorEndpointMiddleware>();
    }

    private static void RequireServices(IServiceProvider services)
    {
        if (services.GetService<MirrorRules>() is null) throw new InvalidOperationException("UseTokenMirror needs services that are not there. Call AddTokenMirror on the authentication builder.");
        if (!services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(IPolicyEvaluator)))
        {
            throw new InvalidOperationException("The token mirror serves only endpoints that need authorization, and there are no services for it. Call AddAuthorization.");
        }

        using IServiceScope scope = services.CreateScope();
        if (scope.ServiceProvider.GetRequiredService<IAuthenticationService>() is not MirrorAuthenticationService)
        {
            throw new InvalidOperationException("Something replaced the authentication service after AddTokenMirror, so other schemes could authenticate on the mirror. Call AddTokenMirror after it.");
        }
    }
}
