using System.Diagnostics.Metrics;
using TrustedApps.Diagnostics;

namespace TrustedApps.Replay;

/// <summary>How full the replay caches of this process are.</summary>
internal static class ReplayGauges
{
    private static readonly Watched<InMemoryReplayCache> _caches = new();

    static ReplayGauges()
    {
        Instruments.Meter.CreateObservableUpDownCounter(
            "trusted_apps.replay.entries",
            static () => ApplicationMeasurements.Sum(All(static (memory, _) => memory.Count)),
            "{entry}",
            "Replay keys that this process holds.");
        Instruments.Meter.CreateObservableGauge(
            "trusted_apps.replay.utilization",
            static () => ApplicationMeasurements.Max(All(static (memory, now) => memory.UtilizationAt(now))),
            "1",
            "The used share of the replay keys that this process can hold for an application at this moment.");
    }

    /// <summary>Measures a cache as long as it lives.</summary>
    public static void Watch(InMemoryReplayCache cache) => _caches.Add(cache, cache);

    private static IEnumerable<KeyValuePair<string, T>> All<T>(Func<ApplicationReplayCache, long, T> measure) =>
        from cache in _caches.States
        let now = cache.Now
        from application in cache.Applications
        select KeyValuePair.Create(application.Key, measure(application.Value, now));
}
