using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TrustedApps.Hosting;

/// <summary>One reading of a health check: a value, and what is wrong with it. Immutable.</summary>
public sealed record HealthReading
{
    private HealthReading(string name, object value, HealthStatus status, string? problem)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        (Name, Value, Status, Problem) = (name, value, status, problem);
    }

    /// <summary>The name of the entry in the health check's data, such as <c>replay_cache:fill_percent</c>.</summary>
    public string Name { get; }

    /// <summary>A number, a text or a truth value. Never a secret: the application decides who sees the page.</summary>
    public object Value { get; }

    /// <summary>
    /// Healthy; degraded if requests are served, or some of them are; unhealthy if this host refuses all trusted
    /// requests.
    /// </summary>
    public HealthStatus Status { get; }

    /// <summary>What is wrong and what to do about it, for an administrator; null if the reading is healthy.</summary>
    public string? Problem { get; }

    /// <summary>Makes a reading without a problem.</summary>
    /// <param name="name">The name of the entry.</param>
    /// <param name="value">The value.</param>
    /// <returns>The reading.</returns>
    public static HealthReading Healthy(string name, object value) => new(name, value, HealthStatus.Healthy, null);

    /// <summary>Makes a reading of a problem with which requests are served, or some of them.</summary>
    /// <param name="name">The name of the entry.</param>
    /// <param name="value">The value.</param>
    /// <param name="problem">One or two sentences: what is wrong, and what to do.</param>
    /// <returns>The reading.</returns>
    public static HealthReading Degraded(string name, object value, string problem)
    {
        ArgumentException.ThrowIfNullOrEmpty(problem);
        return new(name, value, HealthStatus.Degraded, problem);
    }

    /// <summary>Makes a reading of a problem that makes this host refuse all trusted requests.</summary>
    /// <param name="name">The name of the entry.</param>
    /// <param name="value">The value.</param>
    /// <param name="problem">One or two sentences: what is wrong, and what to do.</param>
    /// <returns>The reading.</returns>
    public static HealthReading Unhealthy(string name, object value, string problem)
    {
        ArgumentException.ThrowIfNullOrEmpty(problem);
        return new(name, value, HealthStatus.Unhealthy, problem);
    }
}
