using Microsoft.AspNetCore.Builder;
using TrustedApps;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Startup;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Middleware for trusted requests.</summary>
public static class TrustedAppsApplicationBuilderExtensions
{
    // As UseAuthentication does: otherwise WebApplication adds authentication before all middleware, and requests would
    // be verified before forwarded headers are read.
    private const string AuthenticationMiddlewareSet = "__AuthenticationMiddlewareSet";

    /// <summary>
    /// Authenticates trusted requests without the authentication services of ASP.NET Core, for less overhead: the
    /// checks, the responses and the principal are the same. It replaces UseAuthentication if there are no other
    /// schemes. Before UseAuthentication, each request is still verified once.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="authenticationScheme">The name of the scheme, as in AddTrustedApps.</param>
    /// <returns>The same application.</returns>
    /// <exception cref="InvalidOperationException">The scheme was not added.</exception>
    public static IApplicationBuilder UseTrustedApps(
        this IApplicationBuilder app,
        string authenticationScheme = TrustedAppsDefaults.AuthenticationScheme
    )
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        SchemeRegistration.Require(app.ApplicationServices, authenticationScheme, nameof(UseTrustedApps));
        app.Properties[AuthenticationMiddlewareSet] = true;
        return app.UseMiddleware<TrustedAppsMiddleware>(authenticationScheme);
    }

    /// <summary>
    /// Removes every trusted-application header from requests that no trusted-application scheme accepted, so that no
    /// later code treats them as verified. Call it after UseAuthentication and UseAuthorization.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <returns>The same application.</returns>
    public static IApplicationBuilder UseTrustedAppsHeaderRemoval(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Use(static (context, next) =>
        {
            if (context.Features.Get<TrustedRequestFeature>() is not { Verdict.Accepted: true })
            {
                foreach (string name in AssertionHeaders.Names) context.Request.Headers.Remove(name);
            }

            return next(context);
        });
    }
}
