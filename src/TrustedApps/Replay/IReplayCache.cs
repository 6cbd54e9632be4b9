namespace TrustedApps.Replay;

/// <summary>
/// What was seen before, so that nothing is accepted twice. All processes that answer to one id share one store;
/// <see cref="InMemoryReplayCache"/> is the store of a provider that is one process. Safe for concurrent use.
/// </summary>
/// <remarks>
/// What a store owes (specification version-4.md, section 4):
/// <list type="bullet">
/// <item>Of any number of records with one mark, at once or one after the other, at most one is
/// <see cref="ReplayStatus.First"/>.</item>
/// <item>It forgets a once-only mark only by raising a horizon, for each application or for all, that never falls,
/// whatever
/// the clock and the trust's time-out do: a record issued at or before it is
/// <see cref="ReplayStatus.Conflicting"/>.</item>
/// <item>If it may have lost what it knew, by a restart or a fail-over, it answers <see cref="ReplayStatus.Starting"/>
/// to
/// once-only records issued no later than that moment and the clock skew, and to others issued no later than that
/// moment
/// and their <see cref="ReplayEntry.Ahead"/>.</item>
/// <item>It is bounded for each application inside a global bound, and when full says so.</item>
/// <item>If it cannot tell, it answers <see cref="ReplayStatus.Unavailable"/>. What it throws fails the request as
/// well,
/// but as a fault of the server.</item>
/// </list>
/// </remarks>
public interface IReplayCache
{
    /// <summary>
    /// Remembers a record, unless something of it is known. Called after every check before it has passed.
    /// </summary>
    /// <param name="record">What may not come again.</param>
    /// <param name="cancellationToken">Ends when the request does. What was written by then may stay.</param>
    /// <returns>What the store knew of it.</returns>
    /// <exception cref="ArgumentException">The record is the default value.</exception>
    ValueTask<ReplayResult> TryAddAsync(ReplayEntry record, CancellationToken cancellationToken);
}
