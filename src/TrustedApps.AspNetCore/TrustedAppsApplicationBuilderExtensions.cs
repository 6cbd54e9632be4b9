using Microsoft.AspNetCore.Builder;
using TrustedApps.AspNetCore.Requests;

namespace TrustedApps.AspNetCore;

/// <summary>Keeps unproven headers from the rest of the application.</summary>
public static class TrustedAppsApplicationBuilderExtensions
{
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
            if (context.Features.Get<VerdictFeature>() is not { Verdict.Accepted: true })
            {
                foreach (string name in AssertionHeaders.Names) context.Request.Headers.Remove(name);
            }

            return next(context);
        });
    }
}
