using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrustedApps.Interop.Tests;

/// <summary>The foreign peer: Node.js, written from the specification alone (peer/peer.mjs).</summary>
internal static class NodePeer
{
    public static Task<JsonNode> AskAsync(string command, JsonNode? question = null) => RunAsync("peer.mjs", [command], question);

    public static async Task<JsonNode> RunAsync(string script, IEnumerable<string> arguments, JsonNode? question = null)
    {
        (int exitCode, string output, string errors) = await StartAsync(script, arguments, question?.ToJsonString() ?? "");
        if (exitCode != 0) throw new InvalidOperationException($"node {script} ended with {exitCode}: {output}{errors}");
        return JsonNode.Parse(output)!;
    }

    public static Task<(int ExitCode, string Output, string Errors)> StartAsync(string script, IEnumerable<string> arguments, string input) =>
        Command.RunAsync("node", [Path.Combine(AppContext.BaseDirectory, "peer", script), .. arguments], input);

    public static JsonNode Parse(object value) => JsonSerializer.SerializeToNode(value)!;
}
