using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrustedApps.AspNetCore.Tests.Startup;

/// <summary>A provider with configuration alone, over restarts on Kestrel.</summary>
public sealed class ReplayFileTests : IDisposable
{
    private const string BaseUrl = "https://tracker.example"; // the same before and after

    private readonly ScratchFolder _folder = new();
    private readonly LogRecorder _log = new();

    public ReplayFileTests() => TestKeys.Tracker.Save(KeyFile);

    private string KeyFile => _folder.PathOf("keys.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task After_an_orderly_restart_requests_are_accepted_at_once_and_captured_ones_are_not()
    {
        AssertionHeaders captured = Version4.Issue(BaseUrl, "/closed");
        await using (KestrelServer first = await StartAsync(isNew: true)) Assert.Equal("OK", await AskAsync(first, captured));
        Assert.True(File.Exists(KeyFile + ".replay"));

        for (int restart = 0; restart < 3; restart++)
        {
            await using KestrelServer next = await StartAsync(isNew: restart == 2); // a setting that was left on
            Assert.False(File.Exists(KeyFile + ".replay"));
            Assert.Equal("OK", await AskAsync(next, Version4.Issue(BaseUrl, "/closed")));
            Assert.Equal("REPLAYED", await AskAsync(next, captured));
        }

        Assert.DoesNotContain(_log.Ours, line => line.Event.Name != "Refused");
    }

    [Fact]
    public async Task Without_the_file_a_start_refuses_what_may_have_been_accepted_before()
    {
        await using (KestrelServer first = await StartAsync(isNew: true, file: "")) Assert.Equal("OK", await AskAsync(first, Version4.Issue(BaseUrl, "/closed")));
        Assert.Single(Directory.GetFiles(_folder.Path));
        await using KestrelServer next = await StartAsync(isNew: false, file: "");
        Assert.Equal("UNAVAILABLE", await AskAsync(next, Version4.Issue(BaseUrl, "/closed")));
    }

    [Fact]
    public async Task The_first_start_ever_waits_unless_it_is_said_to_be_the_first()
    {
        await using KestrelServer first = await StartAsync(isNew: false);
        Assert.Equal("UNAVAILABLE", await AskAsync(first, Version4.Issue(BaseUrl, "/closed")));
    }

    [Fact]
    public async Task The_file_has_the_name_that_the_options_give_and_is_never_another_file()
    {
        string file = _folder.PathOf("state");
        await using (await StartAsync(isNew: true, file))
        {
        }

        Assert.True(File.Exists(file));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(isNew: false, file: KeyFile));
        Assert.Contains(KeyFile, failure.Message, StringComparison.Ordinal);
        Assert.Contains("Set ReplayFile", failure.Message, StringComparison.Ordinal);
        await using KestrelServer next = await StartAsync(isNew: false, file);
    }

    private Task<KestrelServer> StartAsync(bool isNew, string? file = null) => Version4.StartAsync(
        options =>
        {
            (options.Keys, options.IsNewInstallation, options.ReplayFile) = (KeyFile, isNew, file);
            options.BaseUrls.Add(BaseUrl);
        },
        services => services.AddSingleton<ILoggerProvider>(_log),
        hasMemory: false);

    private static async Task<string?> AskAsync(KestrelServer server, AssertionHeaders headers) => (await server.SendRawAsync("GET /closed", headers)).Code;
}
