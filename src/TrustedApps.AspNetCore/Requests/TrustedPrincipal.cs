using System.Security.Claims;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// Makes the principal of a verified assertion: the user, with the application that acts for the user.
/// </summary>
internal static class TrustedPrincipal
{
    public static ClaimsPrincipal Of(VerifiedAssertion assertion, string scheme, string? issuer)
    {
        string claimsIssuer = issuer ?? ClaimsIdentity.DefaultIssuer;
        ClaimsIdentity? known = assertion.Identity;
        var identity = new ClaimsIdentity(
            known,
            claims: null,
            scheme,
            known?.NameClaimType ?? ClaimTypes.Name,
            known?.RoleClaimType ?? ClaimTypes.Role
        );

        if (identity.Name is null && assertion.User is not null)
        {
            identity.AddClaim(new Claim(identity.NameClaimType, assertion.User, ClaimValueTypes.String, claimsIssuer));
        }

        identity.AddClaim(
            new Claim(
                TrustedAppsClaimTypes.ApplicationId,
                assertion.Application.Id,
                ClaimValueTypes.String,
                claimsIssuer
            )
        );
        identity.AddClaim(
            new Claim(
                TrustedAppsClaimTypes.ProtocolVersion,
                assertion.Version.Name,
                ClaimValueTypes.String,
                claimsIssuer
            )
        );
        return new ClaimsPrincipal(identity);
    }
}
