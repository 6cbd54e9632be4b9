using System.Collections.Immutable;

namespace TrustedApps.AspNetCore.Certificates;

/// <summary>The trusts of one scheme whose certificate has not been fetched yet. Safe for concurrent use.</summary>
internal sealed class PendingTrusts
{
    private ImmutableArray<ConfiguredTrust> _trusts = [];

    public IReadOnlyList<ConfiguredTrust> All => _trusts;

    public void Add(ConfiguredTrust trust) => ImmutableInterlocked.Update(ref _trusts, all => all.Add(trust));

    public void Remove(ConfiguredTrust trust) => ImmutableInterlocked.Update(ref _trusts, all => all.Remove(trust));

    /// <summary>
    /// Whether one of them is, or may be, the trust of an application that makes a request: without an id in the
    /// configuration only the certificate names the application. Its certificate is then fetched again soon.
    /// </summary>
    public bool MayBe(string applicationId)
    {
        bool mayBe = false;
        foreach (ConfiguredTrust trust in _trusts)
        {
            if (trust.Id is not null && trust.Id != applicationId) continue;
            trust.ReportRequest();
            mayBe = true;
        }

        return mayBe;
    }
}
