using TrustedApps.Diagnostics;

namespace TrustedApps.TestSupport;

/// <summary>Internals of the core that tests of other packages compare or make. This project sees them; those tests do not.</summary>
internal static class CoreInternals
{
    /// <summary>The identity of a trust to which key grants are bound.</summary>
    public static object RevisionOf(TrustedApplication trust) => trust.Revision;

    /// <summary>The verdict for a request that names an application and has no key grant.</summary>
    public static Verdict RejectWithoutGrant(string applicationId) => Reject(applicationId, RejectionReason.GrantMissing);

    /// <summary>The verdict for a request whose key grant was not wrapped to a key of this application.</summary>
    public static Verdict RejectUnreadableGrant(string applicationId) => Reject(applicationId, RejectionReason.GrantNotReadable);

    private static Verdict Reject(string applicationId, RejectionReason reason) => Verdict.Reject(
        new AssertionHeaders(HeaderFamily.Atlassian, applicationId, "4", null, null, null, null),
        ProtocolVersion.Version4,
        new Rejection(reason));
}
