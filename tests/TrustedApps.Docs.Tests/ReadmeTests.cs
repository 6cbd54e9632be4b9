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

    // Without it a provider that has just started refuses version 4 for half a minute.
    private const string NewInstallation = """
        builder.Services.AddSingleton<TrustedApps.Replay.IReplayCache>(_ =>
            new TrustedApps.Replay.InMemoryReplayCache(new TrustedApps.Replay.InMemoryReplayCacheOptions { IsNewInstallation = true }));
        var app = builder.Build();
        """;

    private static readonly string _readme = Repository.Read("README.md");
    private static readonly IReadOnlyList<CodeBlock> _programs = CodeBlock.Read("README.md", "csharp");

    private readonly ScratchFolder _folder = new();

    [Fact]
    public void It_has_one_program_for_each_side_of_at_most_twenty_lines()
    {
        Assert.Equal(2, _programs.Count);
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

        // The fingerprints in the text are examples, and its URLs are not served.
        File.WriteAllText(PathOf("appsettings.json"), Replace(
            CodeBlock.Read("README.md", "json")[0].Code,
            ("tracker-keys.json", PathOf("tracker-keys.json")),
            ("\"CertificateUrl\": \"https://wiki.example\"", $"\"CertificateFile\": \"{PathOf("wiki.certificate")}\""),
            (WikiFingerprint, wiki.SigningKeys[0].Fingerprint),
            ("10.1.0.0/16", addresses)));
        string url = $"http://127.0.0.1:{FindPort()}";
        CompiledProgram program = CompiledProgram.Compile(Replace(_programs[0].Code, ("var app = builder.Build();", NewInstallation)));
        await using RunningProgram provider = await RunningProgram.StartAsync(program, _folder.Path, "--urls", url, "--TrustedApps:BaseUrls:0", url);
        using var stranger = new HttpClient { BaseAddress = provider.Url };
        using HttpResponseMessage refused = await stranger.GetAsync(new Uri("/rest/api/issues", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        CompiledProgram consumer = CompiledProgram.Compile(Replace(
            _programs[1].Code,
            ("https://tracker.example", url),
            (TrackerFingerprint, tracker.SigningKeys[0].Fingerprint),
            ("\"wiki-keys.json\"", $"@\"{PathOf("wiki-keys.json")}\"")));
        if (expected is null)
        {
            await consumer.RunAsync();
            Assert.Equal("the issues of fred", consumer.Output.Trim());
        }
        else
        {
            TrustedAppException refusal = await Assert.ThrowsAsync<TrustedAppException>(() => consumer.RunAsync());
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
