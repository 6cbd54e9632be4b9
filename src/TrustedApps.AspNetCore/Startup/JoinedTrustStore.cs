using TrustedApps.AspNetCore.Certificates;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// The trusts of configuration and those of a store. At start-up no id is in both. If the store adds such an id later,
/// configuration takes precedence.
/// </summary>
internal sealed class JoinedTrustStore(InMemoryTrustStore configured, PendingTrusts pending, ITrustStore? store)
    : ITrustStore
{
    public bool IsAvailable => store?.IsAvailable ?? true;

    public int? Count => store is null ? CountOf(configured) : CountOf(configured) + CountOf(store);

    public int PendingCount => pending.All.Count + (store?.PendingCount ?? 0);

    public TrustedApplication? Find(string applicationId) =>
        configured.Find(applicationId) ?? store?.Find(applicationId);

    public bool IsPending(string applicationId) =>
        pending.MayBe(applicationId) || store?.IsPending(applicationId) == true;

    private static int? CountOf(ITrustStore trusts) => trusts.Count;
}
