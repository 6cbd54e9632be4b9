using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>
/// The second half of the mirror, after routing: an endpoint that is open to anonymous users is not served through it.
/// </summary>
internal sealed class MirrorEndpointMiddleware(
    RequestDelegate next,
    MirrorRules rules,
    IAuthorizationPolicyProvider policies,
    ILogger<MirrorMiddleware> logger
)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<MirroredRequest>() is not { } mirrored)
        {
            await next(context);
            return;
        }

        Endpoint? endpoint = context.GetEndpoint();
        if (endpoint is null)
        {
            Reject(
                context,
                mirrored,
                RejectionCodes.BadUrl,
                $"No endpoint serves {context.Request.Path}, or only one that answers before authorization."
            );
            return;
        }

        if (await AnonymousAccess.IsAllowedAsync(context, endpoint, policies))
        {
            Reject(
                context,
                mirrored,
                RejectionCodes.PermissionDenied,
                $"The endpoint '{endpoint.DisplayName}' is open to anonymous users, and the token mirror does not serve such endpoints. Require authorization there, or remove its path from the entries."
            );
            return;
        }

        await next(context);
    }

    private void Reject(HttpContext context, MirroredRequest mirrored, string code, string detail)
    {
        context.Request.Path = mirrored.OriginalPath; // the path that the client requested
        rules.Reject(context, logger, code, detail);
    }
}
