using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore;

namespace TrustedApps.Admin.Access;

/// <summary>
/// Recognizes requests that a trusted application makes on behalf of a user. They must not administer trusts, whatever
/// the host's policy allows.
/// </summary>
internal static class TrustedRequest
{
    public static bool Is(HttpContext context) =>
        context.User.HasClaim(claim => claim.Type == TrustedAppsClaimTypes.ProtocolVersion)
        || AssertionHeaders.Names.Any(context.Request.Headers.ContainsKey);
}
