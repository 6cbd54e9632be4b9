namespace TrustedApps;

/// <summary>
/// Finds the provider's trusts. Called once for each request: it answers from process memory and never waits.
/// </summary>
/// <example>
/// <code>
/// internal sealed class Trusts(FrozenDictionary&lt;string, TrustedApplication&gt; trusts) : ITrustStore
/// {
///     public TrustedApplication? Find(string applicationId) => trusts.GetValueOrDefault(applicationId);
/// }
/// </code>
/// </example>
public interface ITrustStore
{
    /// <summary>Finds the trust of an application.</summary>
    /// <param name="applicationId">The id, as the request names it. Compared exactly.</param>
    /// <returns>The trust, or null when the application is not trusted.</returns>
    TrustedApplication? Find(string applicationId);

    /// <summary>
    /// Whether the answers are recent enough. If the underlying database does not answer, they are not, and every
    /// request is rejected with UNAVAILABLE: a trust may have been revoked in the meantime.
    /// </summary>
    bool IsAvailable => true;

    /// <summary>
    /// Whether an application that <see cref="Find"/> does not find may be trusted soon, such as when its certificate
    /// has not been fetched yet. Its requests are rejected with UNAVAILABLE, so that consumers retry them.
    /// </summary>
    /// <param name="applicationId">The id, as the request names it.</param>
    /// <returns>Whether the trust is pending.</returns>
    bool IsPending(string applicationId) => false;

    /// <summary>The number of trusts, for metrics; null if it is not known without a wait.</summary>
    int? Count => null;

    /// <summary>
    /// The number of trusts that are pending (<see cref="IsPending"/>), for metrics; 0 if that is not known.
    /// </summary>
    int PendingCount => 0;

    /// <summary>
    /// Loads the store. Called once at start-up, before the first lookup. An exception stops the start.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the start is aborted.</param>
    /// <returns>A task that completes when the store is ready.</returns>
    Task LoadAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
