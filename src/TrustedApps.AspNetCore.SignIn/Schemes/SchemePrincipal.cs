using System.Security.Claims;

namespace TrustedApps.AspNetCore.SignIn.Schemes;

/// <summary>The principal of a user whom a companion scheme proved and the resolver knows.</summary>
internal static class SchemePrincipal
{
    /// <param name="user">A known user.</param>
    /// <param name="scheme">The scheme that proved who it is.</param>
    /// <param name="claims">What else is known. The resolver's own claims go before: of a type that it gave, none is added; in any case, as identities look them up.</param>
    public static ClaimsPrincipal Of(in UserResolution user, string scheme, IEnumerable<Claim> claims)
    {
        if (user.Status != UserStatus.Known) throw new ArgumentException("Only a known user has a principal.", nameof(user));

        ClaimsIdentity? known = user.Identity;
        var identity = new ClaimsIdentity(
            known, claims: null, scheme, known?.NameClaimType ?? ClaimTypes.Name, known?.RoleClaimType ?? ClaimTypes.Role);
        if (identity.Name is null) identity.AddClaim(new Claim(identity.NameClaimType, user.Name!));
        identity.AddClaims(claims.Where(claim => known?.FindFirst(claim.Type) is null && !claim.Type.Equals(identity.NameClaimType, StringComparison.OrdinalIgnoreCase)));
        return new ClaimsPrincipal(identity);
    }
}
