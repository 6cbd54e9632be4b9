using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TrustedApps.Hosting;

namespace TrustedApps.Health;

/// <summary>Reports what the parts of this host know of themselves. Asks nothing over the network.</summary>
internal sealed class TrustedAppsHealthCheck(IServiceProvider services) : IHealthCheck
{
    private const string Served = "Trusted requests are served.";
    private const string Nothing =
        "There is nothing to check: the host has neither a trusted-application scheme nor a client. Call AddAuthentication().AddTrustedApps() or AddHttpClient(...).AddTrustedApp(...), or remove this check.";

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        var problems = new List<string>();
        HealthStatus worst = HealthStatus.Healthy;
        IHealthSource[] sources = [.. services.GetServices<IHealthSource>()];
        var known = new HashSet<HealthReading>();
        foreach (HealthReading reading in sources.SelectMany(source => GuardedReadings.Read(source, source.ReadHealth)))
        {
            // Parts in use twice, such as keys that a scheme shares with clients, count once.
            if (!known.Add(reading)) continue;
            Add(data, reading);
            if (reading.Problem is null) continue;
            problems.Add(reading.Problem);
            if (reading.Status < worst) worst = reading.Status;
        }

        HealthStatus failure = context.Registration.FailureStatus;
        HealthCheckResult result = sources.Length == 0
            ? new HealthCheckResult(failure, Nothing)
            : new HealthCheckResult(
                worst == HealthStatus.Unhealthy ? failure : worst,
                problems.Count == 0 ? Served : string.Join(' ', problems),
                exception: null,
                data);
        return Task.FromResult(result);
    }

    // Different readings of one name are all shown: the second as name:2.
    private static void Add(Dictionary<string, object> data, HealthReading reading)
    {
        string name = reading.Name;
        for (int number = 2; !data.TryAdd(name, reading.Value); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{reading.Name}:{number}");
        }
    }
}
