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
        var identity = new TrustedIdentity(assertion.Identity, scheme, assertion);
        Remove(TrustedAppsClaimTypes.Actor); // what the resolver's identity says of them is not of this request
        Remove(TrustedAppsClaimTypes.Scope);
        if (identity.Name is null && assertion.User is not null) Add(identity.NameClaimType, assertion.User);

        Add(TrustedAppsClaimTypes.ApplicationId, assertion.Application.Id);
        Add(TrustedAppsClaimTypes.ProtocolVersion, assertion.Version.Name);
        foreach (string actor in assertion.Actors) Add(TrustedAppsClaimTypes.Actor, actor);
        foreach (string scope in assertion.Scopes) Add(TrustedAppsClaimTypes.Scope, scope);
        return new ClaimsPrincipal(identity);

        void Remove(string type)
        {
            foreach (Claim claim in identity.FindAll(type).ToArray()) identity.RemoveClaim(claim);
        }

        void Add(string type, string value) =>
            identity.AddClaim(new Claim(type, value, ClaimValueTypes.String, claimsIssuer));
    }
}
