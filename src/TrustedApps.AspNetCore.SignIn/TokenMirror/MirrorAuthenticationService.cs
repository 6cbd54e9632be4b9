using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>
/// Wraps the authentication service: on a mirrored request only the accepted scheme authenticates, and it answers
/// challenges in place of schemes that would redirect to a login page.
/// </summary>
internal sealed class MirrorAuthenticationService(IAuthenticationService inner) : IAuthenticationService
{
    public async Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme)
    {
        AuthenticateResult result = await inner.AuthenticateAsync(context, scheme);
        if (AcceptedScheme(context) is not { } accepted) return result;
        return result.Succeeded && result.Ticket.AuthenticationScheme == accepted
            ? result
            : AuthenticateResult.NoResult();
    }

    public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.ChallengeAsync(context, AcceptedScheme(context) ?? scheme, properties);

    public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.ForbidAsync(context, AcceptedScheme(context) ?? scheme, properties);

    public Task SignInAsync(
        HttpContext context,
        string? scheme,
        ClaimsPrincipal principal,
        AuthenticationProperties? properties
    ) => inner.SignInAsync(context, scheme, principal, properties);

    public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.SignOutAsync(context, scheme, properties);

    private static string? AcceptedScheme(HttpContext context) => context.Features.Get<MirroredRequest>()?.Scheme;
}
