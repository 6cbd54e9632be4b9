using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Health;
using TrustedApps.Hosting;
using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.Health;

/// <summary>
/// Reports the state of the schemes of this host, of the replay cache that they share, and of the configuration.
/// </summary>
internal sealed class ProviderHealth(ConfigurationReload reload, IServiceProvider services) : IHealthSource
{
    private readonly ConcurrentDictionary<string, SchemeHealth> _schemes = new(StringComparer.Ordinal);

    /// <summary>Adds a scheme that is ready to verify.</summary>
    public void Add(string scheme, SchemeHealth health) => _schemes[scheme] = health;

    public IEnumerable<HealthReading> ReadHealth()
    {
        yield return ReadReload();
        if (_schemes.IsEmpty)
        {
            const string NotStarted = "The trusted-application schemes of this host have not started.";
            yield return HealthReading.Unhealthy("schemes:have_started", false, NotStarted);
            yield break;
        }

        foreach ((_, SchemeHealth scheme) in _schemes.OrderBy(scheme => scheme.Key, StringComparer.Ordinal))
        {
            foreach (HealthReading reading in scheme.Read()) yield return reading;
        }

        // Made with the schemes: it may depend on what they have loaded.
        if (services.GetService<IReplayCache>() is not IHealthSource replays) yield break;
        foreach (HealthReading reading in GuardedReadings.Read(replays, replays.ReadHealth)) yield return reading;
    }

    private HealthReading ReadReload()
    {
        const string Name = "configuration:changes_not_in_use";
        string[] problems =
        [
            .. reload.Problems.OrderBy(part => part.Key, StringComparer.Ordinal).Select(part =>
                $"The last change of the configuration of {part.Key} is not in use: {part.Value}"),
        ];
        return problems.Length == 0
            ? HealthReading.Healthy(Name, 0)
            : HealthReading.Unhealthy(Name, problems.Length, string.Join(' ', problems));
    }
}
