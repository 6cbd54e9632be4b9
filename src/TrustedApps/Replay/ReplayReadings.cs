using TrustedApps.Hosting;
using TrustedApps.Text;

namespace TrustedApps.Replay;

/// <summary>Reads how full a replay cache in memory is, and whether it accepts anything.</summary>
/// <param name="options">The bounds of the cache.</param>
/// <param name="now">The time.</param>
internal sealed class ReplayReadings(InMemoryReplayCacheOptions options, DateTimeOffset now)
{
    private const double MuchPercent = 80;

    public IEnumerable<HealthReading> Read(
        IReadOnlyDictionary<string, ApplicationReplayCache> applications, StartupHorizon start, ReplayFile? file)
    {
        yield return ReadFill(applications);
        yield return ReadWait(start);
        if (file is null) yield break;
        yield return file.HasFailed
            ? HealthReading.Unhealthy(
                "replay_cache:file_is_written",
                false,
                "The replay file cannot be written, so trusted requests are refused with UNAVAILABLE: see the log for event 59, and check the disk.")
            : HealthReading.Healthy("replay_cache:file_is_written", true);
    }

    private HealthReading ReadFill(IReadOnlyDictionary<string, ApplicationReplayCache> applications)
    {
        const string Name = "replay_cache:fill_percent";
        double fullest = 0;
        string? id = null;
        foreach ((string application, ApplicationReplayCache memory) in applications)
        {
            double percent = FillOf(memory);
            if (percent > fullest) (fullest, id) = (percent, application);
        }

        if (fullest >= MuchPercent)
        {
            return HealthReading.Degraded(
                Name,
                fullest,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The replay cache of '{LogSanitizer.Sanitize(id!)}' is {fullest} % full: at 100 % its requests are refused with UNAVAILABLE. See whether the application sends more than it should; otherwise raise CapacityPerApplication."));
        }

        double all = Percent(applications.Values.Sum(memory => (long)memory.Count), options.Capacity);
        if (all >= MuchPercent)
        {
            all = Percent(applications.Values.Sum(memory => (long)CurrentOf(memory)), options.Capacity);
        }

        return all >= MuchPercent
            ? HealthReading.Degraded(
                Name,
                all,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The replay cache is {all} % full: at 100 % each application has its reserve alone, and requests beyond it are refused with UNAVAILABLE. Raise Capacity."))
            : HealthReading.Healthy(Name, Math.Max(all, fullest));
    }

    // An idle application holds expired keys until there is need for room.
    private double FillOf(ApplicationReplayCache memory)
    {
        double held = Percent(memory.Count, options.CapacityPerApplication);
        return held < MuchPercent ? held : Percent(CurrentOf(memory), options.CapacityPerApplication);
    }

    private int CurrentOf(ApplicationReplayCache memory) => memory.CountCurrent(now.ToUnixTimeMilliseconds());

    private HealthReading ReadWait(StartupHorizon start)
    {
        const string Name = "replay_cache:wait_seconds";
        long horizon = start.Horizon, second = now.ToUnixTimeSeconds();
        if (horizon < second) return HealthReading.Healthy(Name, 0L);
        long wait = horizon - second + 1;
        return HealthReading.Degraded(
            Name,
            wait,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Trusted requests are refused with UNAVAILABLE for {wait} more seconds, because they may have been accepted before this start; consumers send them again. A ReplayFile that can be written shortens this."));
    }

    private static double Percent(long count, long capacity) => Math.Round(100.0 * count / capacity, 1);
}
