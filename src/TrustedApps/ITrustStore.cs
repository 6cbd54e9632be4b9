namespace TrustedApps;

/// <summary>
/// Finds the provider's trusts. Called once for each request: it answers from process memory and never waits.
/// </summary>
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
    /// Loads the store. Called once at start-up, before the first lookup. An exception stops the start.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the start is aborted.</param>
    /// <returns>A task that completes when the store is ready.</returns>
    Task LoadAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
