namespace TrustedApps;

/// <summary>
/// Where the provider's trusts are. Asked once for each request: it answers from memory and never waits.
/// </summary>
public interface ITrustStore
{
    /// <summary>Finds the trust of an application.</summary>
    /// <param name="applicationId">The id, as the request names it; compared exactly.</param>
    /// <returns>The trust, or null when the application is not trusted.</returns>
    TrustedApplication? Find(string applicationId);

    /// <summary>
    /// Whether the answers are recent enough. While they are not, because what the store rests on does not answer,
    /// every
    /// request is refused with UNAVAILABLE: a trust may have been revoked meanwhile.
    /// </summary>
    bool IsAvailable => true;

    /// <summary>Called once at start-up, before anything is asked. Whatever it throws stops the start.</summary>
    /// <param name="cancellationToken">Ends when the start is given up.</param>
    /// <returns>When the store is ready.</returns>
    Task LoadAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
