using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore.Requests;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>The user that a token names, and the application that acts for the user. Never a display name.</summary>
internal readonly record struct TokenBearer(string? Subject, string? Application)
{
    public static TokenBearer Of(HttpContext context, string scheme, ClaimsPrincipal principal) =>
        context.Features.Get<TrustedRequestFeature>()
            is { Verdict: { Accepted: true, Assertion: { } assertion } } trusted
        && trusted.Scheme == scheme
            ? new TokenBearer(assertion.User, assertion.Application.Id)
            : new TokenBearer(
                Find(principal, "sub", ClaimTypes.NameIdentifier),
                Find(principal, "client_id", "azp", "iss") // Atlassian's tokens name the plug-in as their issuer
            );

    // The first type that is present, and only if it has one value.
    private static string? Find(ClaimsPrincipal principal, params ReadOnlySpan<string> types)
    {
        foreach (string type in types)
        {
            string[] values =
            [
                .. principal.FindAll(type).Select(claim => claim.Value).Distinct(StringComparer.Ordinal),
            ];
            if (values.Length > 0) return values.Length == 1 ? values[0] : null;
        }

        return null;
    }
}
