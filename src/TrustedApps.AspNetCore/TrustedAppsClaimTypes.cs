using System.Security.Claims;

namespace TrustedApps.AspNetCore;

/// <summary>The claims of a principal that a trusted application acts for, besides the user's name.</summary>
public static class TrustedAppsClaimTypes
{
    /// <summary>The id of the application that acts for the user.</summary>
    public const string ApplicationId = ClaimTypes.Actor;

    /// <summary>The protocol version under which the request was verified: <c>1</c>, <c>2</c>, <c>3</c>, <c>4</c> or <c>warwick</c>.</summary>
    public const string ProtocolVersion = "urn:trustedapps:version";
}
