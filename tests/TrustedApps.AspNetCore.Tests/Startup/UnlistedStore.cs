namespace TrustedApps.AspNetCore.Tests.Startup;

/// <summary>A store whose trusts are found and not listed, as those of a database.</summary>
internal sealed class UnlistedStore(TrustedApplication trust) : ITrustStore
{
    public TrustedApplication? Find(string applicationId) => applicationId == trust.Id ? trust : null;
}
