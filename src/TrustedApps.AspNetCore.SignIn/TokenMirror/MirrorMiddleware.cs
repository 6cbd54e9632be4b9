using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.AspNetCore.SignIn.Schemes;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>
/// The first half of the mirror, before routing: authenticates requests and rewrites their path to the target.
/// </summary>
internal sealed class MirrorMiddleware(RequestDelegate next, MirrorRules rules, ILogger<MirrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!rules.Concerns(context))
        {
            await next(context);
            return;
        }

        Isolate(context);
        IncomingRequest request = RequestReader.Read(context);
        if (!rules.IsCanonical(request))
        {
            rules.Reject(
                context,
                logger,
                RejectionCodes.BadUrl,
                "Some servers read this path as one of the token mirror, and others as another path. The client must send the plain path."
            );
            return;
        }

        MirrorEntry[] entries = rules.FindEntries(request);
        if (entries.Length == 0)
        {
            rules.Reject(context, logger, RejectionCodes.BadUrl, "No entry of the token mirror lists this path.");
            return;
        }

        entries = [.. entries.Where(entry => entry.AllowsMethod(request.Method))];
        if (entries.Length == 0)
        {
            rules.Reject(
                context,
                logger,
                RejectionCodes.BadMethod,
                "No entry of the token mirror that lists this path allows this method."
            );
            return;
        }

        await AuthenticateAsync(context, entries);
    }

    // Before the path is rewritten: the token was made for the path on the mirror.
    private async Task AuthenticateAsync(HttpContext context, MirrorEntry[] entries)
    {
        string? failed = null;
        bool isDenied = false, isRefused = false;
        foreach (string scheme in entries.SelectMany(entry => entry.Schemes).Distinct(StringComparer.Ordinal))
        {
            AuthenticateResult result = await context.AuthenticateAsync(scheme);
            if (!IsOfScheme(result, scheme))
            {
                if (result.Failure is not null) failed ??= scheme;
                continue;
            }

            TokenBearer bearer = TokenBearer.Of(context, scheme, result.Principal!);
            if (!entries.Any(entry => entry.Admits(scheme, bearer)))
            {
                isDenied = true;
                continue;
            }

            // version 4: even if another scheme accepts, unless it is one for trusted requests
            if (FindRefusing(context) is not null)
            {
                isRefused = true;
                continue;
            }

            await PassAsync(context, scheme, result.Principal!);
            return;
        }

        if (isDenied && !isRefused)
        {
            rules.Reject(
                context,
                logger,
                RejectionCodes.PermissionDenied,
                "No entry of the token mirror that lists this path allows it to this user and application."
            );
        }
        else await ChallengeAsync(context, FindRefusing(context) ?? failed ?? entries[0].Schemes[0]);
    }

    // The scheme whose refusal of a request of version 4 came furthest.
    private static string? FindRefusing(HttpContext context) =>
        context.Features.Get<TrustedRequestFeature>() is { Verdict.IsFinal: true } refused ? refused.Scheme : null;

    private async Task PassAsync(HttpContext context, string scheme, ClaimsPrincipal principal)
    {
        PathString path = context.Request.Path;
        if (
            context.Features.Get<TrustedRequestFeature>() is not { Verdict.Accepted: true } verdict
            || verdict.Scheme != scheme
        )
        {
            RemoveTrustedRequest(context);
        }

        context.User = principal;
        context.Features.Set(new MirroredRequest(path, scheme));
        context.Request.Path = rules.ToTarget(path);
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Path = path;
        }
    }

    private async Task ChallengeAsync(HttpContext context, string scheme)
    {
        logger.Rejected(
            context,
            MirrorRejection.Name,
            RejectionCodes.NoToken,
            $"'{scheme}' answers the challenge. Its own log entry, if there is one, has the reason."
        );
        await context.ChallengeAsync(scheme);
        if (context.Response.HasStarted || context.Response.StatusCode >= StatusCodes.Status400BadRequest) return;
        context.Response.StatusCode = StatusCodes.Status401Unauthorized; // no login page for a client with a token
        context.Response.Headers.Remove("Location");
    }

    // Cookies are removed before any scheme is called: some read their token from one. A session that was opened in
    // front of the mirror belongs to a cookie, and an endpoint that was found there belongs to another path.
    private static void Isolate(HttpContext context)
    {
        context.Features.Set(MirrorFeature.Instance);
        context.Request.Headers.Remove("Cookie");
        context.Features.Set<IRequestCookiesFeature>(null);
        context.Features.Set<ISessionFeature>(null);
        // of middleware after the mirror, whose key is the path of the target
        PrivateResponse.ForbidResponseCaching(context.Request);
        context.SetEndpoint(null);
    }

    // Another scheme has authenticated this request: its trusted-application headers must have no effect.
    private static void RemoveTrustedRequest(HttpContext context)
    {
        context.Features.Set<TrustedRequestFeature>(null);
        foreach (string name in AssertionHeaders.Names) context.Request.Headers.Remove(name);
    }

    private static bool IsOfScheme(AuthenticateResult result, string scheme) =>
        result is { Succeeded: true, Ticket: { } ticket }
        && ticket.AuthenticationScheme == scheme
        && ticket.Principal.Identities.Any(identity => identity.IsAuthenticated);
}
