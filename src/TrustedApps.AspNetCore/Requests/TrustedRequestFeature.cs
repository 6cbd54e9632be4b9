namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// The verdict on a request that has trusted-application headers, as a feature of its HTTP context:
/// <c>context.Features.Get&lt;TrustedRequestFeature&gt;()</c>. Of several schemes, the one that accepted.
/// </summary>
public sealed class TrustedRequestFeature
{
    internal TrustedRequestFeature(string scheme, in Verdict verdict) => (Scheme, Verdict) = (scheme, verdict);

    /// <summary>The name of the scheme that verified the request.</summary>
    public string Scheme { get; }

    /// <summary>The verdict: accepted, with the verified assertion, or rejected.</summary>
    public Verdict Verdict { get; }
}
