namespace OpenTelemetry.Trace;

/// <summary>Adds the spans of trusted applications to OpenTelemetry.</summary>
public static class TrustedAppsTracerProviderBuilderExtensions
{
    private const string SourceName = "TrustedApps";

    /// <summary>
    /// Collects the spans of TrustedApps: <c>TrustedApps.Verify</c> below ASP.NET Core's span of a request, and
    /// <c>TrustedApps.Issue</c> beside HttpClient's. They hold no user names.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <example>
    /// <code>
    /// builder.Services.AddOpenTelemetry()
    ///     .WithTracing(tracing => tracing.AddTrustedAppsInstrumentation().AddAspNetCoreInstrumentation());
    /// </code>
    /// </example>
    public static TracerProviderBuilder AddTrustedAppsInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(SourceName);
    }
}
