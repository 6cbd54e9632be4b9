using System.Text.Json;
using System.Text.RegularExpressions;

namespace Samples.Tests;

/// <summary>The dashboard and the alerts of docs/telemetry, in a real Prometheus that scrapes the sample.</summary>
public sealed partial class TelemetryTests(ScrapedTracker tracker) : IClassFixture<ScrapedTracker>
{
    // What the sample cannot show within a test, and where it is shown.
    private static readonly Dictionary<string, string> _empty = new()
    {
        ["Own keys: time to the next rotation"] = "the first rotation is planned a minute after the start; TrustedApps.OpenTelemetry.Tests has one",
    };

    [Fact]
    public async Task Every_query_of_the_dashboard_has_data()
    {
        (string Title, string Query)[] queries = [.. ReadDashboard()];
        Assert.True(queries.Length >= 20);
        var waiting = new List<(string Title, string Query)>(queries);

        await tracker.SendUntilAsync(
            async () =>
            {
                foreach ((string title, string query) in waiting.ToArray())
                {
                    IReadOnlyList<JsonElement> samples = await tracker.Prometheus.QueryAsync(query);
                    if (samples.Any(IsNumber) || _empty.ContainsKey(title)) waiting.Remove((title, query));
                }

                return waiting.Count == 0;
            },
            () => $"These have no data: {string.Join('\n', waiting)}");
        Assert.All(_empty.Keys, title => Assert.Contains(title, queries.Select(query => query.Title)));

        static bool IsNumber(JsonElement sample) => sample.GetProperty("value")[1].GetString() is not ("NaN" or "+Inf" or "-Inf");
    }

    [Fact]
    public async Task Refused_requests_make_alerts_fire()
    {
        HashSet<string> expected = ["TrustedAppsRefusalsAboveNormal", "TrustedAppsReplays", "TrustedAppsForgedGrants", "TrustedAppsCertificateHeld"];
        HashSet<string> firing = [];

        await tracker.SendUntilAsync(
            async () =>
            {
                firing = [.. (await tracker.Prometheus.GetFiringAsync()).Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()!)];
                return firing.IsSupersetOf(expected);
            },
            () => $"Only these fire: {string.Join(", ", firing)}");

        Assert.Superset(expected, firing);
        IReadOnlyList<JsonElement> alerts = await tracker.Prometheus.GetFiringAsync();
        Assert.Contains(alerts, alert => alert.GetProperty("annotations").GetProperty("summary").GetString() == $"Forged key grants in the name of {tracker.BlogId} reach tracker");
        Assert.Contains(alerts, alert => alert.GetProperty("annotations").GetProperty("summary").GetString() == $"{tracker.BlogId} presents another signing key to tracker");
        string[] calm = ["TrustedAppsUnavailable", "TrustedAppsTrustStoreSilent", "TrustedAppsReplayCacheNearlyFull", "TrustedAppsConsumerRefused", "TrustedAppsResponseUnproven", "TrustedAppsClockCorrected"];
        Assert.Empty(firing.Intersect(calm));
    }

    [Fact]
    public async Task Every_alert_is_evaluated_and_says_what_it_means_and_what_to_do()
    {
        IReadOnlyList<JsonElement> rules = [];
        await tracker.SendUntilAsync(
            async () => (rules = await tracker.Prometheus.GetRulesAsync()).All(rule => rule.GetProperty("health").GetString() != "unknown"),
            () => "Some rules are not evaluated.");

        Assert.True(rules.Count >= 15);
        Assert.All(rules, rule =>
        {
            Assert.Equal("ok", rule.GetProperty("health").GetString());
            string[] annotations = [.. rule.GetProperty("annotations").EnumerateObject().Select(annotation => annotation.Name).Order(StringComparer.Ordinal)];
            Assert.Equal(["action", "meaning", "summary"], annotations);
            Assert.Contains(rule.GetProperty("labels").GetProperty("severity").GetString(), new[] { "critical", "warning", "info" });
        });
        foreach (JsonElement rule in rules) await tracker.Prometheus.QueryAsync(rule.GetProperty("query").GetString()!);
    }

    [Fact]
    public async Task Each_series_has_the_tags_that_the_document_says_and_no_others()
    {
        Dictionary<string, HashSet<string>> documented = ReadDocument();
        IReadOnlyList<JsonElement> series = [];
        await tracker.SendUntilAsync(
            async () => (series = await tracker.Prometheus.FindSeriesAsync("trusted_apps_")).Count > 30,
            () => "There are few series.");

        Assert.All(series, found =>
        {
            string name = Suffix().Replace(found.GetProperty("__name__").GetString()!, "");
            string[] tags = [.. found.EnumerateObject().Select(label => label.Name).Except(["__name__", "job", "instance", "otel_scope_name", "le"])];
            Assert.True(documented.TryGetValue(name, out HashSet<string>? allowed), $"{name} is not in docs/telemetry.md");
            Assert.True(allowed.IsSupersetOf(tags), $"{name} has {string.Join(", ", tags.Except(allowed))}");
        });
    }

    [Fact]
    public async Task Metrics_are_served_at_their_own_port_alone()
    {
        Answer metrics = await new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{tracker.MetricsPort}/metrics").SendAsync();
        Assert.Equal(200, metrics.Status);
        Assert.Contains("trusted_apps_", metrics.Body, StringComparison.Ordinal);
        Assert.Equal(404, (await new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{tracker.MetricsPort}/").SendAsync()).Status);
        Assert.Equal(404, (await new HttpRequestMessage(HttpMethod.Get, $"{tracker.TrackerOrigin}/metrics").SendAsync()).Status);
    }

    [Fact]
    public async Task The_rules_are_valid_and_fire_when_they_should_and_not_otherwise()
    {
        string tests = Path.Combine(BuiltProject.Root, "tests", "Samples.Tests", "alerts.test.yml");
        Assert.Contains("SUCCESS", await Prometheus.RunToolAsync("check", "rules", ScrapedTracker.Document("alerts.yml")), StringComparison.Ordinal);
        Assert.Contains("SUCCESS", await Prometheus.RunToolAsync("test", "rules", tests), StringComparison.Ordinal);

        string[] alerts = [.. AlertName().Matches(await File.ReadAllTextAsync(ScrapedTracker.Document("alerts.yml"), TestContext.Current.CancellationToken)).Select(match => match.Groups["name"].Value)];
        string script = await File.ReadAllTextAsync(tests, TestContext.Current.CancellationToken);
        Assert.All(alerts, alert => Assert.Contains($"alertname=\"{alert}\"", script, StringComparison.Ordinal));
    }

    private static IEnumerable<(string Title, string Query)> ReadDashboard()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(ScrapedTracker.Document("grafana-dashboard.json")));
        foreach (JsonElement panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            if (!panel.TryGetProperty("targets", out JsonElement targets)) continue;
            foreach (JsonElement target in targets.EnumerateArray())
            {
                string query = target.GetProperty("expr").GetString()!.Replace("$__rate_interval", "20s", StringComparison.Ordinal).Replace("$job", ".+", StringComparison.Ordinal);
                yield return (panel.GetProperty("title").GetString()!, query);
            }
        }
    }

    // Names as Prometheus has them.
    private static Dictionary<string, HashSet<string>> ReadDocument()
    {
        string document = File.ReadAllText(Path.Combine(BuiltProject.Root, "docs", "telemetry.md"));
        return MetricRow().Matches(document).ToDictionary(
            row => row.Groups["name"].Value.Replace('.', '_'),
            row => Name().Matches(row.Groups["tags"].Value).Select(tag => tag.Groups["name"].Value.Replace('.', '_')).ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^\| `(?<name>trusted_apps\.[\w.]+)` \| (counter|histogram|gauge), [^|]*\| (?<tags>[^|]*)\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MetricRow();

    [GeneratedRegex(@"`(?<name>(trusted_apps|server|error)\.[\w.]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();

    [GeneratedRegex("(_seconds)?(_total|_bucket|_count|_sum|_created)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Suffix();

    [GeneratedRegex(@"- alert: (?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AlertName();
}
