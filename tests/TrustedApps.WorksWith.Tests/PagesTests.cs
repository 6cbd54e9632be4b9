using System.Text.RegularExpressions;

namespace TrustedApps.WorksWith.Tests;

public sealed partial class PagesTests
{
    private static readonly string[] _files = [.. Directory.GetFiles(Path.Combine(Repository.Root, Page.Folder), "*.md").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Files => [.. _files];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_block_of_csharp_is_a_program_that_compiles(string file) => Assert.All(
        CodeBlock.Read($"{Page.Folder}/{file}", "csharp"),
        block =>
        {
            Assert.True(block.IsProgram, $"{block} does not begin with its usings.");
            Page.Compile(block);
        });

    [Fact]
    public void The_index_lists_every_page_once()
    {
        string[] listed = [.. Link().Matches(Repository.Read($"{Page.Folder}/index.md")).Select(match => match.Groups["file"].Value).Order(StringComparer.Ordinal)];
        Assert.Equal(_files.Where(file => file != "index.md"), listed);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_document_that_is_linked_is_there(string file) => Assert.All(
        AnyLink().Matches(Repository.Read($"{Page.Folder}/{file}")),
        match => Assert.True(System.IO.File.Exists(Path.Combine(Repository.Root, Page.Folder, match.Groups["path"].Value)), match.Value));

    [GeneratedRegex(@"^\| \[[^\]]+\]\((?<file>[\w-]+\.md)\) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"\]\((?!https:)(?<path>[^)#]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AnyLink();
}
