using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore;

/// <summary>
/// A request that was verified, for <see cref="TrustedAppsEvents.OnAuthenticated"/>. Its <c>Principal</c> is the user
/// with the claims of the request: add identities or claims, or replace it. Policies of trusted applications
/// (RequireTrustedApp) read the identity that is there at first, so a principal without it meets none of them.
/// </summary>
/// <remarks>
/// <c>Fail</c> rejects the request with PERMISSION_DENIED and the reason <c>event.rejected</c>. Its message goes to the
/// log, and not to the caller. <c>NoResult</c> does the same. The request is answered with the rejection under version
/// 4, and under each version with <see cref="TrustedAppsOptions.RejectOutright"/>. Without it, a rejected request of
/// versions 1 to 3 goes on as one of an anonymous user: an endpoint that admits those serves it.
/// </remarks>
public sealed class TrustedAppAuthenticatedContext : ResultContext<TrustedAppsOptions>
{
    /// <summary>Creates a context.</summary>
    /// <param name="context">The request.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="options">The options of the scheme.</param>
    /// <param name="assertion">The assertion that was verified.</param>
    public TrustedAppAuthenticatedContext(
        HttpContext context, AuthenticationScheme scheme, TrustedAppsOptions options, VerifiedAssertion assertion)
        : base(context, scheme, options) => Assertion = assertion;

    /// <summary>The application, the user and the rest of what was verified.</summary>
    public VerifiedAssertion Assertion { get; }
}
