namespace TrustedApps.Hosting;

/// <summary>
/// Receives the verdict of each request that has trusted-application headers, for statistics and the like. Register any
/// number of observers as services.
/// </summary>
/// <remarks>The request waits for the call: return at once, never throw, and be safe for concurrent use.</remarks>
public interface ITrustedRequestObserver
{
    /// <summary>Called once for each request and each scheme that verified it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="verdict">The verdict: accepted or rejected.</param>
    void Observe(in ObservedRequest request, in Verdict verdict);
}
