using System.Text.RegularExpressions;

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

        foreach (string line in lines)
        {
            string[] words = [.. Word().Matches(line).Select(match => Adapt(match.Value.Trim('\'')))];
            int redirection = Array.IndexOf(words, ">");
            ToolRun run = await ToolRun.AtTerminalAsync("y\n", redirection < 0 ? words : words[..redirection]);

            Assert.True(run.ExitCode == 0, $"{line}\n{run.Output}{run.Error}");
            if (redirection >= 0) await File.WriteAllBytesAsync(words[redirection + 1], run.OutputBytes, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => _folder.Dispose();

    private string Adapt(string word) => FileName().IsMatch(word) ? _folder.PathOf(word) : word;

    [GeneratedRegex("^    trusted-apps (?<command>.+)$", RegexOptions.Multiline, 1000)]
    private static partial Regex CommandLine();

    [GeneratedRegex("'[^']*'|[^ ]+", RegexOptions.None, 1000)]
    private static partial Regex Word();

    [GeneratedRegex(@"^[a-z-]+\.(json|certificate|db)$", RegexOptions.None, 1000)]
    private static partial Regex FileName();
}
