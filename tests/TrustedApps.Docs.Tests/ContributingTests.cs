using System.Text.RegularExpressions;

namespace TrustedApps.Docs.Tests;

public sealed partial class ContributingTests
{
    private static readonly string _text = Repository.Read("CONTRIBUTING.md");

    [Theory]
    [InlineData("### Through the provider")]
    [InlineData("### Through the consumer")]
    public void The_way_of_a_request_has_at_most_twenty_steps_whose_files_and_methods_exist(string heading)
    {
        string[] steps = [.. Section(heading).Split('\n').Where(line => Step().IsMatch(line))];

        Assert.InRange(steps.Length, 10, 20);
        Assert.All(steps, step =>
        {
            (string File, string Method)[] stops = [.. Stop().Matches(step).Select(stop => (stop.Groups["file"].Value, stop.Groups["method"].Value))];
            Assert.NotEmpty(stops);
            Assert.All(stops, stop => Assert.Matches($@"\b{stop.Method}\b", Repository.Read($"src/{stop.File}")));
        });
    }

    [Fact]
    public void Every_package_and_every_room_of_the_core_is_in_the_layout()
    {
        string[] rooms = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src", "TrustedApps")).Select(folder => Path.GetFileName(folder)!).Except(["bin", "obj"])];

        Assert.NotEmpty(rooms);
        Assert.All(Packages.Names, package => Assert.Contains($"| `src/{package}` |", _text, StringComparison.Ordinal));
        Assert.All(rooms, room => Assert.Contains($"| `{room}/` |", _text, StringComparison.Ordinal));
    }

    private static string Section(string heading)
    {
        string section = _text[(_text.IndexOf(heading, StringComparison.Ordinal) + heading.Length)..];
        int end = section.IndexOf("\n#", StringComparison.Ordinal);
        return end < 0 ? section : section[..end];
    }

    [GeneratedRegex(@"^\d+\. ", RegexOptions.None, 1000)]
    private static partial Regex Step();

    [GeneratedRegex(@"`(?<file>[\w./]+\.cs)`(?: `(?<method>\w+)`)?", RegexOptions.None, 1000)]
    private static partial Regex Stop();
}
