using System.Text.RegularExpressions;

namespace TrustedApps.Docs.Tests;

/// <summary>Metrics and tags are those of the code, and dashboard and alerts use no others.</summary>
public sealed partial class TelemetryDocumentTests
{
    private static readonly string _document = Repository.Read("docs/telemetry.md");

    [Fact]
    public void Every_metric_and_tag_of_the_code_is_in_the_document_and_the_other_way_round()
    {
        string[] inCode = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(path => Literal().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups["name"].Value)
            .Distinct()
            .Order(StringComparer.Ordinal)];
        string[] inTables = [.. FirstColumns().Distinct().Order(StringComparer.Ordinal)];

        Assert.True(inCode.Length >= 25);
        Assert.Equal(inCode, inTables);
    }

    [Fact]
    public void Every_tag_of_a_metric_is_explained() => Assert.Empty(
        Name().Matches(_document)
            .Select(match => match.Groups["name"].Value)
            .Where(name => !name.EndsWith("_total", StringComparison.Ordinal))
            .Except(FirstColumns()));

    // A misspelt name would make a query empty for ever, and an alert silent.
    [Theory]
    [InlineData("docs/telemetry/alerts.yml")]
    [InlineData("docs/telemetry/grafana-dashboard.json")]
    public void Queries_name_nothing_else(string file)
    {
        HashSet<string> known = [.. FirstColumns().Select(name => name.Replace('.', '_'))];
        string[] used = [.. PrometheusName().Matches(Repository.Read(file)).Select(match => Suffix().Replace(match.Value, "")).Where(name => name != "trusted_apps_").Distinct()];

        Assert.True(used.Length > 10);
        Assert.Empty(used.Except(known));
    }

    [Fact]
    public void Every_reason_that_an_alert_names_exists()
    {
        string reasons = Repository.Read("src/TrustedApps/Diagnostics/RejectionReason.cs");
        string[] named = [.. ReasonCondition().Matches(Repository.Read("docs/telemetry/alerts.yml")).SelectMany(match => match.Groups["reasons"].Value.Split('|'))];

        Assert.NotEmpty(named);
        Assert.All(named, reason => Assert.Contains($"\"{reason}\"", reasons, StringComparison.Ordinal));
    }

    private static IEnumerable<string> FirstColumns() => Row().Matches(_document)
        .SelectMany(row => Name().Matches(row.Groups["first"].Value))
        .Select(match => match.Groups["name"].Value);

    [GeneratedRegex("\"(?<name>(trusted_apps|error|server)\\.[a-z_.]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literal();

    [GeneratedRegex(@"^\| (?<first>`[^|]*) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<name>(trusted_apps|error|server)\.[a-z_.]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();

    [GeneratedRegex("trusted_apps_[a-z_]*", RegexOptions.None, 1000)]
    private static partial Regex PrometheusName();

    [GeneratedRegex("(_seconds)?(_total|_bucket)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Suffix();

    [GeneratedRegex("""rejection_reason(=|=~|!=)"(?<reasons>[^"]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReasonCondition();
}
