using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// The verdict on a request that has trusted-application headers, as a feature of its HTTP context:
/// <c>context.Features.Get&lt;TrustedRequestFeature&gt;()</c>. Of several schemes, the one that accepted;
/// of several rejections, the one that came furthest.
/// </summary>
public sealed class TrustedRequestFeature
{
    internal TrustedRequestFeature(string scheme, in Verdict verdict, AuthenticationTicket? ticket = null) =>
        (Scheme, Verdict, Ticket) = (scheme, verdict, ticket);

    /// <summary>The name of the scheme that verified the request.</summary>
    public string Scheme { get; }

    /// <summary>The verdict: accepted, with the verified assertion, or rejected.</summary>
    public Verdict Verdict { get; }

    /// <summary>The principal, if an event has had it; null otherwise.</summary>
    internal AuthenticationTicket? Ticket { get; }

    /// <summary>
    /// Whether the consumer learns more from this rejection than from another: a scheme that opened the assertion has
    /// decided. One that lacks the key grant has not: it may accept the request once it is sent with the key grant.
    /// </summary>
    internal bool IsAhead(in Verdict other) =>
        Verdict.Status == VerdictStatus.Rejected && ProgressOf(Verdict) > ProgressOf(other);

    private static int ProgressOf(in Verdict rejected) =>
        rejected.PublicReasonId is not null ? 2 : rejected.Code == ErrorCode.GrantNeeded ? 1 : 0;
}
