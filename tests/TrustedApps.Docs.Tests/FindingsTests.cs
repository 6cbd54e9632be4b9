using System.Text.RegularExpressions;

namespace TrustedApps.Docs.Tests;

/// <summary>docs/findings.md names tests that exist.</summary>
public sealed partial class FindingsTests
{
    private static readonly Lazy<string[]> _sources = new(() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText),
    ]);

    [Fact]
    public void Every_finding_has_a_row_of_four_cells_and_a_test_that_exists()
    {
        string[] rows = [.. Repository.Read("docs/findings.md").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| finding |", StringComparison.Ordinal))];
        Assert.All(rows, row =>
        {
            string[] cells = row.Trim().Trim('|').Replace("\\|", "", StringComparison.Ordinal).Split('|', StringSplitOptions.TrimEntries);
            Assert.True(cells.Length == 4 && Array.TrueForAll(cells, cell => cell.Length > 0), row);
            (string Class, string? Method)[] tests = [.. TestsIn(cells[3])];
            Assert.True(tests.Length > 0 || cells[3].StartsWith("none", StringComparison.Ordinal), $"No test is named: {row}");
            Assert.All(tests, test => Assert.True(Exists(test.Class, test.Method), $"There is no test {test.Class}.{test.Method}: {row}"));
        });
    }

    [Fact]
    public void A_test_that_is_not_there_is_noticed()
    {
        Assert.Equal([("FindingsTests", (string?)nameof(A_test_that_is_not_there_is_noticed)), ("Repository", null)], TestsIn("FindingsTests.A_test_that_is_not_there_is_noticed and `Repository`"));
        Assert.True(Exists("FindingsTests", nameof(A_test_that_is_not_there_is_noticed)));
        Assert.True(Exists("FindingsTests", null));
        Assert.False(Exists("FindingsTests", "A_test_" + "of_another_name"));
        Assert.False(Exists("Findings" + "TestsOfNothing", null));
    }

    private static IEnumerable<(string Class, string? Method)> TestsIn(string cell) =>
        TestName().Matches(cell).Select(match => (match.Groups["class"].Value, match.Groups["method"].Success ? match.Groups["method"].Value : null));

    private static bool Exists(string name, string? method) => _sources.Value.Any(source =>
        Regex.IsMatch(source, $@"\b(?:class|record|struct) {name}\b", RegexOptions.None, TimeSpan.FromSeconds(5))
        && (method is null || Regex.IsMatch(source, $@"\b{method}\(", RegexOptions.None, TimeSpan.FromSeconds(5))));

    // A name in backticks, or one that ends in Tests.
    [GeneratedRegex(@"(?:`(?<class>[A-Z]\w+)(?:\.(?<method>\w+))?`)|(?:\b(?<class>[A-Z]\w*Tests)(?:\.(?<method>\w+))?)", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TestName();
}
