using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.Docs.Tests;

public sealed class ReadmeTests : IDisposable
{
    private const string WikiFingerprint = "NzbL sXh8 uDCc d-6M NwXF 4W_7 noWX FZAf HkxZ sRGC 9Xs";
    private const string TrackerFingerprint = "gGfS bxJF 5nBo Z35n gTE9 hIX7 CY34 ZEVN qBIs na0w R2A";

    // Stands for the login of the consumer.
    private const string LogIn = """
        app.UseAuthentication();
        app.Use((context, next) =>
        {
            context.User = new(new System.Security.Claims.ClaimsIdentity([new(System.Security.Claims.ClaimTypes.Name, "fred")], "login"));
            return next(context);
        });
        """;

    private const string Section = "--Authentication:Schemes:TrustedApps";

    private static readonly string _readme = Repository.Read("README.md");
    private static readonly IReadOnlyList<CodeBlock> _programs = CodeBlock.Read("README.md", "csharp");

    private readonly ScratchFolder _folder = new();

    [Fact]
    public void It_has_a_program_for_the_provider_the_consumer_and_a_worker_each_of_at_most_twenty_lines()
    {
        Assert.Equal(3, _programs.Count);
        Assert.All(_programs, program => Assert.True(program.IsProgram));
        Assert.All(_programs, program => Assert.InRange(program.StatementLines, 1, 20));
    }

    [Fact]
    public void There_are_exactly_two_commands()
    {
        string[] commands = [.. Regex.Matches(_readme, @"^    (?<command>eng/\S+)", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Select(match => match.Groups["command"].Value)];

        Assert.Equal(["eng/demo.sh", "eng/test.sh"], commands);
        Assert.All(commands, command => Assert.True(File.Exists(Path.Combine(Repository.Root, command)), command));
    }

    [Theory]
    [InlineData("10.1.0.0/16", ErrorCode.BadRemoteAddress)] // the example's: this machine is elsewhere
    [InlineData("127.0.0.1", null)]
    public async Task The_programs_work_with_the_configuration_that_stands_beside_them(string addresses, ErrorCode? expected)
    {
        ApplicationCertificate wiki = await MakeAsync("wiki:8731", 0, "wiki-keys.json"), tracker = await MakeAsync("tracker:42", 2, "tracker-keys.json");
        File.WriteAllBytes(PathOf("wiki.certificate"), wiki.ToBytes());
        string url = $"http://127.0.0.1:{FindPort()}";

        // The fingerprints in the text are examples, and its URLs are not served.
        string[] settings = [.. CodeBlock.Read("README.md", "json").Select(block => block.Code)];
        WriteSettings("tracker", Replace(
            settings[0],
            ("tracker-keys.json", PathOf("tracker-keys.json")),
            ("https://tracker.example", url),
            ("\"CertificateUrl\": \"https://wiki.example\"", $"\"CertificateFile\": \"{PathOf("wiki.certificate")}\""),
            (WikiFingerprint, wiki.SigningKeys[0].Fingerprint),
            ("10.1.0.0/16", addresses)));
        WriteSettings("wiki", Replace(settings[1], ("https://tracker.example", url), (TrackerFingerprint, tracker.SigningKeys[0].Fingerprint)));

        await using RunningProgram provider = await RunningProgram.StartAsync(
            CompiledProgram.Compile(_programs[0].Code), PathOf("tracker"), "--urls", url, $"{Section}:IsNewInstallation", "true");
        using var stranger = new HttpClient { BaseAddress = provider.Url };
        using HttpResponseMessage refused = await stranger.GetAsync(new Uri("/rest/api/issues", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        await using RunningProgram consumer = await RunningProgram.StartAsync(
            CompiledProgram.Compile(Replace(
                _programs[1].Code, ("app.UseAuthentication();", LogIn), ("\"wiki-keys.json\"", $"@\"{PathOf("wiki-keys.json")}\""))),
            PathOf("wiki"));
        using var reader = new HttpClient { BaseAddress = consumer.Url };
        using HttpResponseMessage page = await reader.GetAsync(new Uri("/issues", UriKind.Relative), TestContext.Current.CancellationToken);
        CompiledProgram worker = CompiledProgram.Compile(_programs[2].Code);
        string[] arguments = ["--contentRoot", PathOf("wiki"), "--Tracker:KeyFile", PathOf("wiki-keys.json")];
        if (expected is null)
        {
            Assert.Equal("the issues of fred", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            await worker.RunAsync(arguments);
            Assert.Equal("the issues of fred\nthe issues of barney", worker.Output.Trim());
        }
        else
        {
            Assert.Equal(HttpStatusCode.InternalServerError, page.StatusCode);
            TrustedAppException refusal = await Assert.ThrowsAsync<TrustedAppException>(() => worker.RunAsync(arguments));
            Assert.Equal(expected, refusal.Code);
        }
    }

    [Fact]
    public void Every_document_that_is_linked_is_there() => Assert.All(
        Regex.Matches(_readme, @"\]\((?<path>[^)#:]+)[^)]*\)", RegexOptions.None, TimeSpan.FromSeconds(1)),
        match => Assert.True(Path.Exists(Path.Combine(Repository.Root, match.Groups["path"].Value)), match.Value));

    public void Dispose() => _folder.Dispose();

    private string PathOf(string file) => _folder.PathOf(file);

    private async Task<ApplicationCertificate> MakeAsync(string id, int set, string file)
    {
        ApplicationKeys keys = ThrowAwayKeys.Of(id, set);
        keys.Save(PathOf(file));
        return await keys.ToCertificateAsync();
    }

    private void WriteSettings(string folder, string settings)
    {
        Directory.CreateDirectory(PathOf(folder));
        File.WriteAllText(PathOf($"{folder}/appsettings.json"), settings);
    }

    // The provider has to be told its own URL before it listens.
    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Replace(string text, params (string Old, string New)[] changes) => changes.Aggregate(text, (changed, change) =>
    {
        Assert.Contains(change.Old, changed, StringComparison.Ordinal);
        return changed.Replace(change.Old, change.New, StringComparison.Ordinal);
    });
}
