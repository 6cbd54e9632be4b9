using Microsoft.AspNetCore.Http;

namespace TrustedApps.AspNetCore;

/// <summary>
/// Told of each request with trusted-application headers once it was judged: for statistics and the like. Register any
/// number of them. Called while the request waits, so it returns at once and never throws; safe for concurrent use.
/// </summary>
public interface ITrustedRequestObserver
{
    /// <summary>Called once for each scheme that judged the request.</summary>
    /// <param name="context">The request. Not to be kept.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="verdict">What was decided: accepted or refused.</param>
    void Observe(HttpContext context, string scheme, in Verdict verdict);
}
