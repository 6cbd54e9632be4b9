using System.Diagnostics;
using System.Text.RegularExpressions;

namespace TrustedApps.Docs.Tests;

/// <summary>The documentation site, built as <c>eng/docs.sh</c> builds it.</summary>
public sealed partial class SiteTests : IClassFixture<SiteTests.BuiltSite>
{
    // Published as they are, or pictures of a page.
    private static readonly string[] _foldersWithoutPages = ["images", "telemetry", "api"];

    private readonly BuiltSite _site;

    public SiteTests(BuiltSite site) => _site = site;

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Docs, "*.md", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Docs, path).Replace('\\', '/'))
        .Where(page => !_foldersWithoutPages.Contains(page.Split('/')[0]))
        .Order(StringComparer.Ordinal)];

    private static string Docs => Path.Combine(Repository.Root, "docs");

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_document_is_in_the_table_of_contents(string page)
    {
        string folder = Path.GetDirectoryName(page)!;
        string toc = Repository.Read(Path.Combine("docs", folder, "toc.yml"));
        Assert.Matches($@"(?m)^ *href: {Regex.Escape(Path.GetFileName(page))}$", toc);
        if (folder.Length > 0) Assert.Contains($"href: {folder}/toc.yml", Repository.Read("docs/toc.yml"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_of_contents_has_tutorial_how_to_reference_and_explanation_apart() => Assert.Equal(
        ["TrustedApps", "Tutorial", "How to", "Reference", "Explanation"],
        TopLevel().Matches(Repository.Read("docs/toc.yml")).Select(match => match.Groups["name"].Value));

    [Fact]
    public void Docfx_reports_no_warning_such_as_a_link_that_leads_nowhere() =>
        Assert.True(_site.ExitCode == 0, _site.Output);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_document_has_a_page(string page) =>
        Assert.Contains("<article", _site.Read(Path.ChangeExtension(page, ".html")), StringComparison.Ordinal);

    [Theory]
    [InlineData("index.html")]
    [InlineData("README.html")]
    [InlineData("api/TrustedApps.AssertionVerifier.html")]
    [InlineData("api/Microsoft.Extensions.DependencyInjection.TrustedAppHttpClientBuilderExtensions.html")]
    public void The_start_and_the_public_types_have_pages(string page) =>
        Assert.Contains("<article", _site.Read(page), StringComparison.Ordinal);

    [Fact]
    public void Pictures_are_drawn_where_people_look() =>
        Assert.Equal(4, Mermaid().Count(_site.Read("how-it-works.html")));

    [Fact]
    public void No_page_loads_anything_from_another_server() => Assert.All(
        Directory.GetFiles(_site.Folder, "*.html", SearchOption.AllDirectories),
        page => Assert.DoesNotMatch(Foreign(), File.ReadAllText(page)));

    [GeneratedRegex(@"^- name: (?<name>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TopLevel();

    [GeneratedRegex("<code class=\"lang-mermaid\">", RegexOptions.None, 1000)]
    private static partial Regex Mermaid();

    [GeneratedRegex("<(script|link|img|iframe)[^>]*(src|href)=\"(https?:)?//", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Foreign();

    /// <summary>The site, built once for all of these tests.</summary>
    public sealed class BuiltSite : IAsyncLifetime
    {
        public string Folder { get; } = Path.Combine(Repository.Root, "artifacts", "site");

        public int ExitCode { get; private set; }

        public string Output { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            var start = new ProcessStartInfo(Path.Combine(Repository.Root, "eng", "docs.sh")) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            using Process script = Process.Start(start)!;
            Task<string> error = script.StandardError.ReadToEndAsync();
            Output = await script.StandardOutput.ReadToEndAsync() + await error;
            await script.WaitForExitAsync();
            ExitCode = script.ExitCode;
        }

        public string Read(string page)
        {
            string path = Path.Combine(Folder, page);
            Assert.True(File.Exists(path), $"{page} is not in the site.\n{Output}");
            return File.ReadAllText(path);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
