using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace TrustedApps.TestSupport;

/// <summary>The health page of an application, which writes what the check of trusted applications says.</summary>
internal static class HealthPage
{
    private const string Path = "/healthz";

    public static void Add(IServiceCollection services) => services.AddHealthChecks().AddTrustedApps();

    public static void Map(WebApplication app) => app.MapHealthChecks(Path, new HealthCheckOptions
    {
        ResponseWriter = (context, report) => context.Response.WriteAsJsonAsync(report.Entries.Single().Value switch
        {
            { } entry => new { Status = entry.Status.ToString(), entry.Description, entry.Data },
        }),
    });

    public static async Task<HealthAnswer> ReadHealthAsync(this KestrelServer server)
    {
        Answer answer = await new HttpRequestMessage(HttpMethod.Get, server.Origin + Path).SendAsync();
        JsonElement page = JsonDocument.Parse(answer.Body).RootElement;
        return new HealthAnswer(
            answer.Status,
            page.GetProperty("status").GetString()!,
            page.GetProperty("description").GetString()!,
            page.GetProperty("data").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.ToString(), StringComparer.Ordinal));
    }

    /// <summary>Reads the health of a host without pages, such as a worker.</summary>
    public static async Task<HealthAnswer> ReadHealthAsync(this IServiceProvider services)
    {
        HealthReport report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        HealthReportEntry entry = report.Entries.Single().Value;
        return new HealthAnswer(
            0, entry.Status.ToString(), entry.Description!, entry.Data.ToDictionary(data => data.Key, data => Convert.ToString(data.Value, CultureInfo.InvariantCulture)!, StringComparer.Ordinal));
    }
}

/// <summary>What a health page says.</summary>
internal sealed record HealthAnswer(int HttpStatus, string Status, string Description, IReadOnlyDictionary<string, string> Data);
