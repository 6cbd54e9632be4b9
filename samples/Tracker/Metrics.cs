using System.Globalization;
using OpenTelemetry.Metrics;

namespace Tracker;

/// <summary>
/// Metrics for Prometheus, at /metrics of a port that only this machine reaches: Metrics:Port says which, and without it
/// there are none. A proxy in front forwards the other port, so it does not make them public by mistake.
/// </summary>
internal static class Metrics
{
    private const string Path = "/metrics";

    public static void Add(WebApplicationBuilder builder)
    {
        if (FindPort(builder.Configuration) is not { } port) return;
        string urls = builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey)!; // where others ask
        builder.WebHost.UseUrls(urls, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddTrustedAppsInstrumentation()
            .AddAspNetCoreInstrumentation()
            .AddPrometheusExporter());
    }

    /// <summary>Comes first, so that nothing else is served at that port.</summary>
    public static void Use(WebApplication app)
    {
        if (FindPort(app.Configuration) is not { } port) return;
        app.MapWhen(context => context.Connection.LocalPort == port, served =>
        {
            served.UseOpenTelemetryPrometheusScrapingEndpoint(Path);
            served.Run(context =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            });
        });
    }

    private static int? FindPort(IConfiguration configuration) => configuration.GetValue<int?>("Metrics:Port");
}
