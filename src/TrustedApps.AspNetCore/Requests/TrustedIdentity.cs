using System.Security.Claims;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// The identity of a verified request. Authorization reads its assertion, never its claims: identities of other schemes
/// may have the same claims, and so has a cookie that was made of this one.
/// </summary>
internal sealed class TrustedIdentity : ClaimsIdentity
{
    public TrustedIdentity(ClaimsIdentity? known, string scheme, VerifiedAssertion assertion)
        : base(
            known,
            claims: null,
            scheme,
            known?.NameClaimType ?? ClaimTypes.Name,
            known?.RoleClaimType ?? ClaimTypes.Role) => Assertion = assertion;

    private TrustedIdentity(TrustedIdentity other)
        : base(other) => Assertion = other.Assertion;

    public VerifiedAssertion Assertion { get; }

    /// <summary>Whether one of a principal's identities is of a verified request that meets a condition.</summary>
    public static bool IsIn(ClaimsPrincipal principal, Func<VerifiedAssertion, bool> condition) =>
        principal.Identities.Any(identity => identity is TrustedIdentity trusted && condition(trusted.Assertion));

    public override ClaimsIdentity Clone() => new TrustedIdentity(this);
}
