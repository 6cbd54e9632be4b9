namespace TrustedApps.Tool.Tests.Commands;

public sealed class ProviderCommandTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private string Store => _folder.PathOf("wiki.db");

    [Fact]
    public async Task Provider_is_pinned_listed_and_forgotten()
    {
        await using CertificateHost tracker = await CertificateHost.StartAsync(TestKeys.Tracker, TimeProvider.System);
        string fingerprint = TestKeys.Tracker.ToCertificate().SigningKeys[0].Fingerprint;
        ToolRun added = await ToolRun.InProcessAsync("provider", "add", tracker.Origin, "--store", Store, "--yes", "--fingerprint", fingerprint, "--json");
        Assert.Equal(0, added.ExitCode);
        Assert.Equal((tracker.Origin, "tracker", fingerprint), ((string?)added.Json["baseUrl"], (string?)added.Json["id"], (string?)added.Json["signingKeys"]!.AsArray().Single()));

        ToolRun list = await ToolRun.InProcessAsync("provider", "list", "--store", Store, "--json");
        Assert.Equal((0, tracker.Origin, fingerprint), (list.ExitCode, (string?)list.Json["baseUrl"], (string?)list.Json["signingKeys"]!.AsArray().Single()));
        Assert.Contains(fingerprint, (await ToolRun.InProcessAsync("provider", "list", "--store", Store)).Output, StringComparison.Ordinal);

        ToolRun again = await ToolRun.InProcessAsync("provider", "add", tracker.Origin, "--store", Store, "--yes", "--fingerprint", fingerprint);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("pinned at", again.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await ToolRun.InProcessAsync("provider", "remove", $"{tracker.Origin}/", "--store", Store)).ExitCode);
        Assert.Empty((await ToolRun.InProcessAsync("provider", "list", "--store", Store)).Output);
        ToolRun removed = await ToolRun.InProcessAsync("provider", "remove", tracker.Origin, "--store", Store);
        Assert.Equal((1, ""), (removed.ExitCode, removed.Output));
    }

    [Theory]
    [InlineData("y\n", true)]
    [InlineData("\n", false)]
    public async Task At_a_terminal_it_asks_and_no_is_the_default(string answer, bool isAdded)
    {
        await using CertificateHost tracker = await CertificateHost.StartAsync(TestKeys.Tracker, TimeProvider.System);
        ToolRun run = await ToolRun.AtTerminalAsync(answer, "provider", "add", tracker.Origin, "--store", Store);
        Assert.Equal(isAdded ? 0 : 1, run.ExitCode);
        Assert.Contains("[y/N]", run.Output, StringComparison.Ordinal);
        Assert.Equal(isAdded, File.Exists(Store));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_pinned_without_the_right_fingerprint(bool isGiven)
    {
        await using CertificateHost tracker = await CertificateHost.StartAsync(TestKeys.Tracker, TimeProvider.System);
        string[] more = isGiven ? ["--yes", "--fingerprint", TestKeys.Wiki.ToCertificate().SigningKeys[0].Fingerprint] : [];
        ToolRun run = await ToolRun.InProcessAsync(["provider", "add", tracker.Origin, "--store", Store, .. more]);
        Assert.Equal(1, run.ExitCode);
        Assert.False(File.Exists(Store));
    }

    [Fact]
    public async Task Provider_of_older_versions_needs_no_pinning()
    {
        await using KestrelServer tracker = await LegacyHost.StartAsync(TestKeys.Tracker);
        ToolRun run = await ToolRun.AtTerminalAsync("y\n", "provider", "add", tracker.Origin, "--store", Store);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no certificate of version 4", run.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.False(File.Exists(Store));
    }

    public void Dispose() => _folder.Dispose();
}
