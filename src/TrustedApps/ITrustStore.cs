namespace TrustedApps;

/// <summary>Where the provider's trusts are. Asked once for each request: it answers from memory and never waits.</summary>
public interface ITrustStore
{
    /// <summary>Finds the trust of an application.</summary>
    /// <param name="applicationId">The id, as the request names it; compared exactly.</param>
    /// <returns>The trust, or null when the application is not trusted.</returns>
    TrustedApplication? Find(string applicationId);
}
