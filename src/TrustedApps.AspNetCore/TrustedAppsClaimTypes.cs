using System.Security.Claims;

namespace TrustedApps.AspNetCore;

/// <summary>The claim types of a principal for which a trusted application acts, besides the user's name.</summary>
public static class TrustedAppsClaimTypes
{
    /// <summary>The id of the application that acts for the user.</summary>
    public const string ApplicationId = ClaimTypes.Actor;

    /// <summary>
    /// The protocol version under which the request was verified: <c>1</c>, <c>2</c>, <c>3</c>, <c>4</c> or
    /// <c>warwick</c>.
    /// </summary>
    public const string ProtocolVersion = "urn:trustedapps:version";
}
