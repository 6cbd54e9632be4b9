using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore;

namespace TrustedApps.Admin.Access;

/// <summary>
/// Requests that a trusted application makes, whoever's name it puts in: none of them administers trusts, its own least of
/// all, however wide the host's policy is.
/// </summary>
internal static class TrustedRequest
{
    public static bool Is(HttpContext context) =>
        context.User.HasClaim(claim => claim.Type == TrustedAppsClaimTypes.ProtocolVersion) || AssertionHeaders.Names.Any(context.Request.Headers.ContainsKey);
}
