using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrustedApps.Interop.Tests;

/// <summary>The foreign peer of version 4: Node.js with the package jose, written from the specification alone (jose/peer.mjs).</summary>
public sealed class JosePeer
{
    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "jose");
    private static readonly Lazy<Task> _installation = new(InstallAsync);

    /// <summary>Asks one command of the peer.</summary>
    public static async Task<JsonNode> AskAsync(string command, object question)
    {
        (int exitCode, string output, string errors) = await RunAsync("peer.mjs", [command], JsonSerializer.Serialize(question));
        return exitCode == 0 ? JsonNode.Parse(output)! : throw new InvalidOperationException($"peer.mjs {command} ended with {exitCode}: {output}{errors}");
    }

    /// <summary>Sends the steps of variants over sockets, and says of each whether the answer is as expected.</summary>
    public static async Task<IReadOnlyList<JsonNode>> SendAsync(string url, IEnumerable<JsonNode> variants)
    {
        string question = new JsonObject { ["url"] = url, ["variants"] = new JsonArray([.. variants.Select(variant => variant.DeepClone())]) }.ToJsonString();
        (int exitCode, string output, string errors) = await RunAsync("send.mjs", [], question);
        return exitCode == 0 ? [.. JsonNode.Parse(output)!.AsArray().Select(answer => answer!)] : throw new InvalidOperationException($"send.mjs ended with {exitCode}: {errors}");
    }

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string script, IEnumerable<string> arguments, string input)
    {
        await _installation.Value;
        return await Command.RunAsync("node", [Path.Combine(_folder, script), .. arguments], input);
    }

    /// <summary>Starts a server of the peer, which runs until its standard input is closed.</summary>
    public static async Task<Process> StartAsync(string script, IEnumerable<string> arguments)
    {
        await _installation.Value;
        var start = new ProcessStartInfo("node", [Path.Combine(_folder, script), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static async Task InstallAsync()
    {
        if (Directory.Exists(Path.Combine(_folder, "node_modules", "jose"))) return;
        (int exitCode, string output, string errors) = await Command.RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--prefix", _folder]);
        if (exitCode != 0) throw new InvalidOperationException($"npm ci ended with {exitCode}: {output}{errors}");
    }
}
