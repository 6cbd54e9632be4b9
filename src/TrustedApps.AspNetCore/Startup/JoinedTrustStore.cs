namespace TrustedApps.AspNetCore.Startup;

/// <summary>The trusts of configuration, and those of a store beside them. No id is in both when the host starts; should one join later, configuration decides.</summary>
internal sealed class JoinedTrustStore(InMemoryTrustStore configured, ITrustStore store) : ITrustStore
{
    public bool IsAvailable => store.IsAvailable;

    public TrustedApplication? Find(string applicationId) => configured.Find(applicationId) ?? store.Find(applicationId);
}
