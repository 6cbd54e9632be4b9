using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.Certificates;

namespace TrustedApps.Tool.Tests;

/// <summary>The session in the tool's README, run as it stands there.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Fact]
    public async Task Every_command_of_the_session_succeeds()
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "README.md"));
        string[] lines = [.. CommandLine().Matches(text).Select(match => match.Groups["command"].Value)];
        Assert.True(lines.Length > 10);
        await using KestrelServer wiki = await KestrelServer.StartAsync((_, _) => { }, app => app.MapGet(ApplicationCertificate.Path, ServeAsync));

        foreach (string line in lines)
        {
            string[] words = [.. Word().Matches(line).Select(match => Adapt(match.Value.Trim('\''), wiki.Origin))];
            int redirection = Array.IndexOf(words, ">");
            ToolRun run = await ToolRun.AtTerminalAsync("y\n", redirection < 0 ? words : words[..redirection]);

            Assert.True(run.ExitCode == 0, $"{line}\n{run.Output}{run.Error}");
            if (redirection >= 0) await File.WriteAllBytesAsync(words[redirection + 1], run.OutputBytes, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = ApplicationCertificate.MediaType;
        await context.Response.SendFileAsync(_folder.PathOf("wiki.certificate"), context.RequestAborted);
    }

    private string Adapt(string word, string wiki) =>
        FileName().IsMatch(word) ? _folder.PathOf(word) : word == "https://wiki.example" ? wiki : word;

    [GeneratedRegex("^    trusted-apps (?<command>.+)$", RegexOptions.Multiline, 1000)]
    private static partial Regex CommandLine();

    [GeneratedRegex("'[^']*'|[^ ]+", RegexOptions.None, 1000)]
    private static partial Regex Word();

    [GeneratedRegex(@"^[a-z-]+\.(?:json|certificate|db)$", RegexOptions.None, 1000)]
    private static partial Regex FileName();
}
