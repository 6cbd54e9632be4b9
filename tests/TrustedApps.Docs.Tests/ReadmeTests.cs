using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.Docs.Tests;

public sealed partial class ReadmeTests
{
    private static readonly string _readme = Repository.Read("README.md");

    [Fact]
    public void Every_snippet_is_compiled_line_for_line()
    {
        string compiled = Squeeze(Repository.Read("tests/TrustedApps.Docs.Tests/Snippets.cs"));
        string[] snippets = [.. CodeBlock("csharp").Matches(_readme).Select(match => match.Groups["code"].Value)];

        Assert.Equal(3, snippets.Length);
        Assert.All(snippets, snippet => Assert.Contains(Squeeze(snippet), compiled, StringComparison.Ordinal));
    }

    [Fact]
    public void No_snippet_has_more_than_twenty_lines() => Assert.All(
        CodeBlock("csharp").Matches(_readme), match => Assert.InRange(match.Groups["code"].Value.Trim().Split('\n').Length, 1, 20));

    [Fact]
    public void There_are_exactly_two_commands()
    {
        string[] commands = [.. Regex.Matches(_readme, @"^    (?<command>eng/\S+)", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Select(match => match.Groups["command"].Value)];

        Assert.Equal(["eng/demo.sh", "eng/test.sh"], commands);
        Assert.All(commands, command => Assert.True(File.Exists(Path.Combine(Repository.Root, command)), command));
    }

    [Fact]
    public async Task The_snippets_work_with_the_configuration_that_stands_beside_them()
    {
        string folder = Directory.CreateTempSubdirectory("trusted-apps-").FullName;
        ApplicationKeys wikiKeys = Make("wiki:8731", 0, "wiki-keys.json"), trackerKeys = Make("tracker:42", 2, "tracker-keys.json");
        File.WriteAllBytes(Path.Combine(folder, "wiki.certificate"), wikiKeys.ToCertificate().ToBytes());

        // The fingerprint in the text is an example, and nobody is at that URL.
        string json = CodeBlock("json").Match(_readme).Groups["code"].Value
            .Replace("tracker-keys.json", Path.Combine(folder, "tracker-keys.json"), StringComparison.Ordinal)
            .Replace("\"CertificateUrl\": \"https://wiki.example\"", $"\"CertificateFile\": \"{folder}/wiki.certificate\"", StringComparison.Ordinal)
            .Replace("NzbL sXh8 uDCc d-6M NwXF 4W_7 noWX FZAf HkxZ sRGC 9Xs", FingerprintOf(wikiKeys), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "appsettings.json"), json);

        await using WebApplication provider = Snippets.Provider(["--contentRoot", folder, "--urls", "http://127.0.0.1:0"]);
        await provider.StartAsync(TestContext.Current.CancellationToken);
        using var anybody = new HttpClient { BaseAddress = new Uri(provider.Urls.Single()) };
        using HttpResponseMessage refused = await anybody.GetAsync(new Uri("/rest/api/issues", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        var services = new ServiceCollection();
        Snippets.Consumer(services);
        services.Configure<TrustedAppClientOptions>("tracker", options =>
        {
            options.BaseUrl = provider.Urls.Single();
            options.ProviderFingerprints.Clear();
            options.ProviderFingerprints.Add(FingerprintOf(trackerKeys));
            options.KeyFile = Path.Combine(folder, "wiki-keys.json");
        });
        await using ServiceProvider built = services.BuildServiceProvider();
        using HttpClient wiki = built.GetRequiredService<IHttpClientFactory>().CreateClient("tracker");
        wiki.BaseAddress = anybody.BaseAddress;
        var refusal = await Assert.ThrowsAsync<TrustedAppException>(() => Snippets.Request(wiki, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.BadRemoteAddress, refusal.Code); // the example allows 10.1.0.0/16

        Directory.Delete(folder, recursive: true);

        ApplicationKeys Make(string id, int set, string file)
        {
            ApplicationKeys keys = ThrowAwayKeys.Of(id, set);
            keys.Save(Path.Combine(folder, file));
            return keys;
        }
    }

    [Fact]
    public void Every_document_that_is_linked_is_there() => Assert.All(
        Regex.Matches(_readme, @"\]\((?<path>[^)#:]+)\)", RegexOptions.None, TimeSpan.FromSeconds(1)),
        match => Assert.True(Path.Exists(Path.Combine(Repository.Root, match.Groups["path"].Value)), match.Value));

    private static string FingerprintOf(ApplicationKeys keys) => keys.ToCertificate().SigningKeys[0].Fingerprint;

    internal static Regex CodeBlock(string language) => new(
        $"^```{language}\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline, TimeSpan.FromSeconds(1));

    internal static string Squeeze(string code) => White().Replace(code, " ").Trim();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex White();
}
