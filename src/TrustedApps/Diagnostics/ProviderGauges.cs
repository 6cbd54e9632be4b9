using System.Diagnostics.Metrics;

namespace TrustedApps.Diagnostics;

/// <summary>The state of providers: how many trusts they have, and how many key grants they keep.</summary>
internal static class ProviderGauges
{
    private static readonly Watched<ProviderState> _providers = new();

    static ProviderGauges()
    {
        Instruments.Meter.CreateObservableUpDownCounter(
            "trusted_apps.trusts", CountTrusts, "{trust}", "Trusts of this provider.");
        Instruments.Meter.CreateObservableGauge(
            "trusted_apps.trust_store.available",
            FindAvailable,
            "1",
            "1 while the trusts are recent enough to decide by; otherwise 0, and every request gets UNAVAILABLE.");
        Instruments.Meter.CreateObservableUpDownCounter(
            "trusted_apps.key_grants", CountKeyGrants, "{grant}", "Verified key grants that are kept.");
    }

    /// <param name="provider">Measured as long as it lives.</param>
    /// <param name="trusts">Its trusts.</param>
    /// <param name="keyGrants">Returns how many key grants it keeps of each application.</param>
    public static void Watch(
        object provider, ITrustStore trusts, Func<IEnumerable<KeyValuePair<string, int>>> keyGrants) =>
        _providers.Add(provider, new ProviderState(trusts, keyGrants));

    private static IEnumerable<Measurement<int>> CountTrusts()
    {
        ITrustStore[] stores = [.. _providers.States.Select(provider => provider.Trusts)];
        if (!stores.Any(store => store.Count is not null)) yield break;
        yield return Of(stores.Sum(store => store.Count ?? 0), "in_force");
        yield return Of(stores.Sum(store => store.PendingCount), "pending");

        static Measurement<int> Of(int count, string state) =>
            new(count, KeyValuePair.Create(TagNames.TrustState, (object?)state));
    }

    private static IEnumerable<Measurement<int>> FindAvailable()
    {
        ITrustStore[] stores = [.. _providers.States.Select(provider => provider.Trusts)];
        if (stores.Length > 0) yield return new(stores.All(store => store.IsAvailable) ? 1 : 0);
    }

    private static IEnumerable<Measurement<int>> CountKeyGrants() =>
        ApplicationMeasurements.Sum(_providers.States.SelectMany(provider => provider.KeyGrants()));

    private sealed record ProviderState(ITrustStore Trusts, Func<IEnumerable<KeyValuePair<string, int>>> KeyGrants);
}
