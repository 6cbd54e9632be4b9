using System.Text.RegularExpressions;

namespace TrustedApps.Docs.Tests;

/// <summary>Words that a reader stumbles over; CONTRIBUTING says why.</summary>
public sealed class LanguageTests
{
    private static readonly Regex _banned = new(
        @"\b(?:whoever|somebody|nobody|is to be|are to be|mend|mends|mended)\b", RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));

    public static TheoryData<string> Texts =>
    [
        "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md",
        .. Packages.Names.Select(Packages.ReadmeOf),
        .. ProgramTests.Guides.Select(guide => guide.Data),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void No_text_uses_a_word_that_stands_for_no_thing(string file)
    {
        string[] lines = Repository.Read(file).Split('\n');

        Assert.DoesNotContain(lines, line => _banned.IsMatch(WithoutAnchors(line)));
    }

    [Fact]
    public void No_source_uses_one_either()
    {
        string[] files = [.. new[] { "*.cs", "*.cshtml", "*.csproj" }
            .SelectMany(pattern => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), pattern, SearchOption.AllDirectories))
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))];

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotContain(File.ReadLines(file), _banned.IsMatch));
    }

    // Anchors of headings that were renamed name the words.
    private static string WithoutAnchors(string line) => line.StartsWith("<a id=", StringComparison.Ordinal) ? "" : line;
}
