using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace TrustedApps.Diagnostics;

/// <summary>By how much the assertions of a consumer follow the clocks of its providers.</summary>
internal static class ClockGauge
{
    private static readonly Watched<Clock> _clocks = new();

    static ClockGauge() => Instruments.Meter.CreateObservableGauge(
        "trusted_apps.client.clock_correction",
        Measure,
        "s",
        "By how much the assertions for a provider are stamped ahead of this host's clock, or behind it (negative).");

    /// <param name="milliseconds">The correction: measured as long as it lives.</param>
    /// <param name="provider">The provider's base URL.</param>
    public static void Watch(StrongBox<long> milliseconds, BaseUrl provider) =>
        _clocks.Add(milliseconds, new Clock(milliseconds, provider));

    // Of several clients of one provider, the one with the greatest correction.
    private static IEnumerable<Measurement<double>> Measure() =>
        from clock in _clocks.States
        group Volatile.Read(ref clock.Milliseconds.Value) / 1000d
            by (clock.Provider.Uri.IdnHost, clock.Provider.Uri.Port) into corrections
        select new Measurement<double>(
            corrections.MaxBy(Math.Abs),
            KeyValuePair.Create(TagNames.ServerAddress, (object?)corrections.Key.IdnHost),
            KeyValuePair.Create(TagNames.ServerPort, (object?)corrections.Key.Port));

    private sealed record Clock(StrongBox<long> Milliseconds, BaseUrl Provider);
}
