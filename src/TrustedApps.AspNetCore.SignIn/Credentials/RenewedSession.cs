using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Signs in to a new session. A cookie handler that has read the cookie of an old session keeps that session's key in
/// its store: an attacker who planted the cookie in the browser would be logged in as well (session fixation).
/// </summary>
internal static class RenewedSession
{
    public static async Task SignInAsync(
        HttpContext context,
        IAuthenticationSchemeProvider schemes,
        string scheme,
        ClaimsPrincipal user,
        bool isPersistent
    )
    {
        // removes the old session from the store, and keeps the request's own handler from renewing it
        await context.SignOutAsync(scheme);

        IRequestCookiesFeature? cookies = context.Features.Get<IRequestCookiesFeature>();
        context.Features.Set<IRequestCookiesFeature>(new RequestCookiesFeature(NoCookies.Instance));
        try
        {
            var handlers = new AuthenticationHandlerProvider(schemes); // new handlers, which have read no cookie yet
            // validated at start-up
            var handler = (IAuthenticationSignInHandler)(await handlers.GetHandlerAsync(context, scheme))!;
            await handler.SignInAsync(user, new AuthenticationProperties { IsPersistent = isPersistent });
        }
        finally
        {
            context.Features.Set(cookies);
        }
    }
}
