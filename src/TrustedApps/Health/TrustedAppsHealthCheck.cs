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
        foreach (HealthReading reading in sources.SelectMany(Read))
        {
            // Parts in use twice, such as keys that a scheme shares with clients, count once.
            if (!data.TryAdd(reading.Name, reading.Value) || reading.Problem is null) continue;
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

    // A part that fails must not hide what the others report.
    private static HealthReading[] Read(IHealthSource source)
    {
        try
        {
            return [.. source.ReadHealth()];
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            string name = source.GetType().Name;
            string problem =
                $"{name} cannot report its state: {fault.GetType().Name}. Report the fault to its author.";
            return [HealthReading.Degraded($"fault:{name}", fault.GetType().Name, problem)];
        }
    }
}
