using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Certificates;
using TrustedApps.Client;

namespace TrustedApps.Tool.Tests;

/// <summary>The commands of "Making trust with the tool" in docs/operations.md, run as they stand there.</summary>
public sealed class OperationsGuideTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Fact]
    public async Task Two_applications_that_have_never_met_come_to_a_trusted_request()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using KestrelServer tracker = await StoreHost.StartAsync("tracker:42", _folder.PathOf("trust.db"), _folder.PathOf("tracker-ring"));
        await using KestrelServer wiki = await StoreHost.StartAsync("wiki:8731", _folder.PathOf("wiki.db"), _folder.PathOf("wiki-ring"), tracker.Origin);
        string[][] commands = [.. CommandsOf("### Making trust with the tool").Select(command => Adapt(command, wiki.Origin, tracker.Origin))];
        Assert.Equal(["certificate read", "certificate read", "trust add", "provider add", "trust show"], commands.Select(command => string.Join(' ', command.Take(2))));
        using HttpClient client = wiki.Services.GetRequiredService<IHttpClientFactory>().CreateClient(tracker.Origin);

        foreach (string[] command in commands[..^1])
        {
            await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(client, tracker.Origin, cancellationToken)); // not before the last of them
            ToolRun run = await ToolRun.AtTerminalAsync("y\n", command);
            Assert.True(run.ExitCode == 0, run.Output + run.Error);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        Assert.Equal("fred", await AskUntilAnsweredAsync(client, tracker.Origin, patience.Token));
        ToolRun shown = await ToolRun.AtTerminalAsync("", commands[^1]);
        Assert.Contains("wiki:8731", shown.Output, StringComparison.Ordinal);
        Assert.Equal(0, shown.ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> CommandsOf(string heading)
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "operations.md"));
        string section = text[text.IndexOf(heading, StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", StringComparison.Ordinal)];
        return Regex.Matches(section, "^ +trusted-apps (?<command>.+)$", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Select(match => match.Groups["command"].Value);
    }

    // Everything is on this machine.
    private string[] Adapt(string command, string wiki, string tracker) => command
        .Replace("https://wiki.example", wiki, StringComparison.Ordinal)
        .Replace("https://tracker.example", tracker, StringComparison.Ordinal)
        .Replace("10.1.0.0/16", "127.0.0.1", StringComparison.Ordinal)
        .Replace("trust.db", _folder.PathOf("trust.db"), StringComparison.Ordinal)
        .Replace("wiki.db", _folder.PathOf("wiki.db"), StringComparison.Ordinal)
        .Split(' ');

    // Within two seconds; a machine that is busy may take longer.
    private static async Task<string> AskUntilAnsweredAsync(HttpClient client, string origin, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await AskAsync(client, origin, cancellationToken);
            }
            catch (Exception refused) when (refused is HttpRequestException or CertificateException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }

    private static async Task<string> AskAsync(HttpClient client, string origin, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, $"{origin}/rest/api/who").OnBehalfOf("fred");
        using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }
}
