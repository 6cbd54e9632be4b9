namespace OpenTelemetry.Metrics;

/// <summary>Adds the metrics of trusted applications to OpenTelemetry.</summary>
public static class TrustedAppsMeterProviderBuilderExtensions
{
    private const string MeterName = "TrustedApps";

    /// <summary>
    /// Collects the metrics of TrustedApps, of provider and consumer: requests by application, outcome and reason, the
    /// time of verifications, the state of replay caches, certificates and own keys, and more. docs/telemetry.md lists
    /// them. Histograms bring buckets from 10 microseconds to 10 seconds; a view of yours replaces them.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <example>
    /// <code>
    /// builder.Services.AddOpenTelemetry()
    ///     .WithMetrics(metrics => metrics.AddTrustedAppsInstrumentation());
    /// </code>
    /// </example>
    public static MeterProviderBuilder AddTrustedAppsInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(MeterName);
    }
}
