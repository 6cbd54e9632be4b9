using TrustedApps.AspNetCore.Certificates;
using TrustedApps.Certificates;
using TrustedApps.Health;
using TrustedApps.Hosting;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Health;

/// <summary>Reads the state of one scheme: its trusts, their certificates, and its own keys.</summary>
/// <param name="scheme">The name of the scheme.</param>
/// <param name="configured">The trusts of configuration.</param>
/// <param name="pending">Those whose certificate has not been fetched yet.</param>
/// <param name="store">The store of further trusts; null if the scheme has none.</param>
/// <param name="keys">The store of own keys; null if the scheme has none.</param>
/// <param name="isRefreshed">Whether certificates are fetched again.</param>
/// <param name="time">The clock.</param>
internal sealed class SchemeHealth(
    string scheme,
    InMemoryTrustStore configured,
    PendingTrusts pending,
    ITrustStore? store,
    IKeyStore? keys,
    bool isRefreshed,
    TimeProvider time)
{
    private readonly string _prefix = $"scheme:{scheme}";

    public IEnumerable<HealthReading> Read()
    {
        DateTimeOffset now = time.GetUtcNow();
        IEnumerable<CertificateRecord> records =
            Records(configured).Concat(store is InMemoryTrustStore inMemory ? Records(inMemory) : []);
        return
        [
            ReadPending(),
            .. isRefreshed ? CertificateReadings.Read(_prefix, records, now) : [],
            .. store is null ? [] : GuardedReadings.Read(store, () => ReadStore(store)),
            .. keys is null ? [] : OwnKeyReadings.Read(keys, now),
        ];
    }

    private static IEnumerable<CertificateRecord> Records(InMemoryTrustStore trusts) =>
        trusts.Trusts.Where(trust => !trust.IsSuspended).Select(trust => trust.Record).OfType<CertificateRecord>();

    private HealthReading ReadPending()
    {
        string name = $"{_prefix}:trusts_pending";
        IReadOnlyList<ConfiguredTrust> all = pending.All;
        return all.Count == 0
            ? HealthReading.Healthy(name, 0)
            : HealthReading.Degraded(
                name,
                all.Count,
                $"Scheme '{scheme}': the certificate of {all[0].Setting} at {all[0].Url} has not been fetched yet{(all.Count > 1 ? $", nor {all.Count - 1} more" : "")}, so the requests of its application are refused: event 46 or 47 gives the reason.");
    }

    private IEnumerable<HealthReading> ReadStore(ITrustStore trusts)
    {
        if (trusts is IHealthSource source) return source.ReadHealth();
        string name = $"{_prefix}:trust_store_answers";
        return
        [
            trusts.IsAvailable
                ? HealthReading.Healthy(name, true)
                : HealthReading.Unhealthy(
                    name,
                    false,
                    $"Scheme '{scheme}': the trust store was not refreshed within its bound, so trusted requests are refused with UNAVAILABLE: check that its database runs and that this host reaches it."),
        ];
    }
}
