using System.Security.Claims;

namespace TrustedApps.AspNetCore.SignIn.Schemes;

/// <summary>
/// Makes the principal of a user whom a sign-in scheme has authenticated and the user resolver has found.
/// </summary>
internal static class SchemePrincipal
{
    /// <param name="user">A known user.</param>
    /// <param name="scheme">The scheme that authenticated the user.</param>
    /// <param name="claims">
    /// Further claims. A type that the resolver set is left out, regardless of case, as identities compare types.
    /// </param>
    public static ClaimsPrincipal Of(in UserResolution user, string scheme, IEnumerable<Claim> claims)
    {
        if (user.Status != UserStatus.Known)
        {
            throw new ArgumentException("Only a known user has a principal.", nameof(user));
        }

        ClaimsIdentity? known = user.Identity;
        var identity = new ClaimsIdentity(
            known,
            claims: null,
            scheme,
            known?.NameClaimType ?? ClaimTypes.Name,
            known?.RoleClaimType ?? ClaimTypes.Role
        );
        if (identity.Name is null) identity.AddClaim(new Claim(identity.NameClaimType, user.Name!));
        identity.AddClaims(claims.Where(claim =>
            known?.FindFirst(claim.Type) is null
            && !claim.Type.Equals(identity.NameClaimType, StringComparison.OrdinalIgnoreCase)));
        return new ClaimsPrincipal(identity);
    }
}
