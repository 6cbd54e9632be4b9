using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Requests;

namespace TrustedApps.AspNetCore;

/// <summary>What the authentication handler does, without the machinery of authentication around it.</summary>
internal sealed class TrustedAppsMiddleware(RequestDelegate next, string scheme, TrustedRequestAuthenticator judge, TrustedAppsProviders providers, ILogger<TrustedAppsHandler> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        Verdict verdict = await judge.AuthenticateAsync(context, scheme, received: null, logger);
        TrustedAppsProvider provider = providers.Get(scheme);
        if (verdict.Status == VerdictStatus.Rejected && (provider.RejectsOutright || verdict.IsFinal))
        {
            await RejectionResponse.WriteAsync(context, verdict);
            return;
        }

        if (verdict.Accepted) context.User = TrustedPrincipal.Of(verdict.Assertion, scheme, provider.ClaimsIssuer);
        await next(context);
    }
}
