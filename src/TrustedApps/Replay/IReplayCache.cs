namespace TrustedApps.Replay;

/// <summary>
/// The replay cache: rejects an assertion that was accepted before. All processes with one application id share one
/// cache; <see cref="InMemoryReplayCache"/> is for a provider that is one process. Safe for concurrent use.
/// </summary>
/// <remarks>
/// An implementation guarantees (specification version-4.md, section 4):
/// <list type="bullet">
/// <item>Of any number of entries with one replay key, at once or one after the other, at most one is
/// <see cref="ReplayStatus.First"/>.</item>
/// <item>A single-use key is dropped only by raising a horizon, for each application or for all. The horizon never
/// falls, whatever the clock and the trust's time-out do: an entry issued at or before it is
/// <see cref="ReplayStatus.Conflicting"/>.</item>
/// <item>After a restart or a fail-over that may have lost entries, the result is <see cref="ReplayStatus.Starting"/>
/// for single-use entries issued no later than that moment plus the clock skew, and for others issued no later than
/// that moment plus their <see cref="ReplayEntry.Ahead"/>.</item>
/// <item>The cache is bounded for each application inside a global bound. When it is full, the result is
/// <see cref="ReplayStatus.Full"/>.</item>
/// <item>If the state of an entry cannot be determined, the result is <see cref="ReplayStatus.Unavailable"/>. An
/// exception fails the request as well, but as a fault of the server.</item>
/// </list>
/// </remarks>
public interface IReplayCache
{
    /// <summary>
    /// Adds an entry, unless one of its replay keys is present. Called after every other check of the request has
    /// passed.
    /// </summary>
    /// <param name="record">The entry to add.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the request is aborted. Keys that were written by then may stay.
    /// </param>
    /// <returns>The result of the lookup.</returns>
    /// <exception cref="ArgumentException">The entry is the default value.</exception>
    ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken);
}
