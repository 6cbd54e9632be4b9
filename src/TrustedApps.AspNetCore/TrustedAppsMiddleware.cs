using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Requests;

namespace TrustedApps.AspNetCore;

/// <summary>
/// Authenticates requests like the authentication handler, without ASP.NET Core's authentication services.
/// </summary>
internal sealed class TrustedAppsMiddleware(
    RequestDelegate next,
    string scheme,
    TrustedRequestAuthenticator authenticator,
    TrustedAppsProviders providers,
    ILogger<TrustedAppsHandler> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        (Verdict verdict, AuthenticationTicket? ticket) =
            await authenticator.AuthenticateAsync(context, scheme, received: null, logger);
        TrustedAppsProvider provider = providers.Get(scheme);
        if (verdict.Status == VerdictStatus.Rejected && (provider.RejectsOutright || verdict.IsFinal))
        {
            authenticator.Answering(verdict, logger);
            await RejectionResponse.WriteAsync(context, verdict);
            return;
        }

        if (verdict.Accepted)
        {
            context.User =
                ticket?.Principal ?? TrustedPrincipal.Of(verdict.Assertion, scheme, provider.ClaimsIssuer);
        }

        await next(context);
    }
}
