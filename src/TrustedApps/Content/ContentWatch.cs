using TrustedApps.Diagnostics;

namespace TrustedApps.Content;

/// <summary>
/// Asks whether the request would still be accepted, after all that may have taken long: content can take hours
/// (specification version-4.md, section 4, "After the content").
/// </summary>
/// <param name="trusts">The trusts.</param>
/// <param name="application">The trust under which the request was verified.</param>
/// <param name="deadline">
/// The last moment in milliseconds since 1970, reckoned in whole seconds; null for none.
/// </param>
/// <param name="time">The clock.</param>
internal readonly struct ContentWatch(
    ITrustStore trusts, TrustedApplication application, long? deadline, TimeProvider time)
{
    public TimeProvider Time => time;

    /// <summary>Returns the reason why the request is not accepted any more, or null.</summary>
    public RejectionReason? FindLapse()
    {
        if (!trusts.IsAvailable) return RejectionReason.TrustsLostMeanwhile;
        TrustedApplication? present = trusts.Find(application.Id);
        if (present is null || present.IsSuspended) return RejectionReason.TrustRemovedMeanwhile;
        if (!ReferenceEquals(present.Revision, application.Revision)) return RejectionReason.TrustChangedMeanwhile;
        bool isLate = time.GetUtcNow().ToUnixTimeSeconds() * 1000 > deadline;
        return isLate ? RejectionReason.ContentTooLate : null;
    }
}
