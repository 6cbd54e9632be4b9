using Microsoft.AspNetCore.Builder;
using TrustedApps;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.Requests;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Middleware for trusted requests.</summary>
public static class TrustedAppsApplicationBuilderExtensions
{
    // As UseAuthentication does: otherwise WebApplication puts authentication in front of everything, and requests would
    // be judged before forwarded headers were.
    private const string AuthenticationMiddlewareSet = "__AuthenticationMiddlewareSet";

    /// <summary>
    /// Authenticates trusted requests without the machinery of ASP.NET Core's authentication around them, for least
    /// overhead: the same checks, the same answers, the same principal. It takes the place of UseAuthentication where
    /// there are no other schemes; in front of it, each request is still judged once.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="authenticationScheme">The scheme, as it was added with AddTrustedApps.</param>
    /// <returns>The same application.</returns>
    public static IApplicationBuilder UseTrustedApps(this IApplicationBuilder app, string authenticationScheme = TrustedAppsDefaults.AuthenticationScheme)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentException.ThrowIfNullOrEmpty(authenticationScheme);
        app.Properties[AuthenticationMiddlewareSet] = true;
        return app.UseMiddleware<TrustedAppsMiddleware>(authenticationScheme);
    }

    /// <summary>
    /// Removes every trusted-application header from requests that no trusted-application scheme accepted, so that
    /// nothing further on takes them for proven. Put it after UseAuthentication and UseAuthorization.
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
