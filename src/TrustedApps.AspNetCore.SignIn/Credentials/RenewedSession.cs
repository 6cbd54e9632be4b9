using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Signs in to a session that nobody knew before. A cookie handler that has seen the cookie of an old session keeps the
/// old session's key in its store: whoever planted it in the browser would be logged in too (session fixation).
/// </summary>
internal static class RenewedSession
{
    public static async Task SignInAsync(HttpContext context, IAuthenticationSchemeProvider schemes, string scheme, ClaimsPrincipal user, bool isPersistent)
    {
        await context.SignOutAsync(scheme); // the store forgets the old session, and the request's own handler does not prolong it

        IRequestCookiesFeature? cookies = context.Features.Get<IRequestCookiesFeature>();
        context.Features.Set<IRequestCookiesFeature>(new RequestCookiesFeature(NoCookies.Instance));
        try
        {
            var handlers = new AuthenticationHandlerProvider(schemes); // with handlers that have read no cookie yet
            var handler = (IAuthenticationSignInHandler)(await handlers.GetHandlerAsync(context, scheme))!; // as validated at start-up
            await handler.SignInAsync(user, new AuthenticationProperties { IsPersistent = isPersistent });
        }
        finally
        {
            context.Features.Set(cookies);
        }
    }
}
