using System.Text.RegularExpressions;

namespace TrustedApps.Docs.Tests;

/// <summary>Links inside of the repository, as GitHub follows them.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Texts =>
        ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", .. ProgramTests.Guides.Select(guide => guide.Data)];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_link_leads_to_a_file_and_a_heading(string file) => Assert.All(
        Link().Matches(WithoutBlocks(Repository.Read(file))).Select(match => match.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)),
        target =>
        {
            string[] parts = target.Split('#', 2);
            string path = parts[0].Length == 0 ? file : Path.Combine(Path.GetDirectoryName(file)!, parts[0]);
            Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), $"{file}: {target}: no such file");
            if (parts.Length == 2 && path.EndsWith(".md", StringComparison.Ordinal))
            {
                Assert.True(AnchorsOf(path).Contains(parts[1]), $"{file}: {target}: no such heading");
            }
        });

    private static HashSet<string> AnchorsOf(string file)
    {
        string text = Repository.Read(file);
        return
        [
            .. Heading().Matches(WithoutBlocks(text)).Select(match => SlugOf(match.Groups["title"].Value)),
            .. Anchor().Matches(text).Select(match => match.Groups["id"].Value),
        ];
    }

    // GitHub keeps letters, digits, hyphens and underscores.
    private static string SlugOf(string heading) => string.Concat(heading.Trim().ToLowerInvariant()
        .Where(character => char.IsLetterOrDigit(character) || character is ' ' or '-' or '_')
        .Select(character => character == ' ' ? '-' : character));

    private static string WithoutBlocks(string text) => Block().Replace(text, "");

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.None, 5000)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<title>.+)$", RegexOptions.Multiline, 5000)]
    private static partial Regex Heading();

    [GeneratedRegex("<a id=\"(?<id>[^\"]+)\">", RegexOptions.None, 5000)]
    private static partial Regex Anchor();

    [GeneratedRegex(@"^ *```.*?^ *```$", RegexOptions.Multiline | RegexOptions.Singleline, 5000)]
    private static partial Regex Block();
}
