using TrustedApps.Diagnostics;

namespace TrustedApps.TestSupport;

/// <summary>Internals of the core that tests of other packages compare or make. This project sees them; those tests do not.</summary>
internal static class CoreInternals
{
    /// <summary>The identity of a trust to which key grants are bound.</summary>
    public static object RevisionOf(TrustedApplication trust) => trust.Revision;

    /// <summary>The verdict for a request that names an application and a key grant that is not kept.</summary>
    public static Verdict AskForGrant(string applicationId) => Reject(applicationId, RejectionReason.GrantNeeded);

    /// <summary>The verdict for a request that names an application and has a key grant that is not one.</summary>
    public static Verdict RejectGrant(string applicationId) => Reject(applicationId, RejectionReason.GrantMalformed);

    /// <summary>The verdict for a request whose key grant was not wrapped to a key of this application.</summary>
    public static Verdict RejectUnreadableGrant(string applicationId) => Reject(applicationId, RejectionReason.GrantNotReadable);

    /// <summary>The verdict for a request that other applications asked for, of a user whom the trust does not allow.</summary>
    public static Verdict RejectUser(string applicationId, params string[] actors) =>
        Reject(applicationId, RejectionReason.UserNotAllowed, actors);

    private static Verdict Reject(string applicationId, RejectionReason reason, string[]? actors = null) => Verdict.Reject(
        new AssertionHeaders(HeaderFamily.Atlassian, applicationId, "4", null, null, null, null),
        ProtocolVersion.Version4,
        new Rejection(reason),
        claimedActors: actors);
}
