using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore.Requests;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>Whom a token names: the user, and the application that acts for the user. Never a display name.</summary>
internal readonly record struct TokenBearer(string? Subject, string? Application)
{
    public static TokenBearer Of(HttpContext context, string scheme, ClaimsPrincipal principal) =>
        context.Features.Get<VerdictFeature>() is { Verdict: { Accepted: true, Assertion: { } assertion } } trusted && trusted.Scheme == scheme
            ? new TokenBearer(assertion.User, assertion.Application.Id)
            : new TokenBearer(Find(principal, "sub", ClaimTypes.NameIdentifier), Find(principal, "client_id", "azp"));

    // The first type that is there, and only if it says one thing.
    private static string? Find(ClaimsPrincipal principal, params ReadOnlySpan<string> types)
    {
        foreach (string type in types)
        {
            string[] values = [.. principal.FindAll(type).Select(claim => claim.Value).Distinct(StringComparer.Ordinal)];
            if (values.Length > 0) return values.Length == 1 ? values[0] : null;
        }

        return null;
    }
}
