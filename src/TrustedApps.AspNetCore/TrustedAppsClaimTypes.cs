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

    /// <summary>
    /// The id of an application that asked the application of <see cref="ApplicationId"/> for the request in the user's
    /// name; one claim for each, the one that asked it first. It is that application's word, and grants no right.
    /// </summary>
    public const string Actor = "urn:trustedapps:actor";

    /// <summary>A scope of the request; one claim for each. See <see cref="VerifiedAssertion.Scopes"/>.</summary>
    public const string Scope = "urn:trustedapps:scope";
}
