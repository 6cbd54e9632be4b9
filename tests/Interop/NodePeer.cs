using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrustedApps.Interop.Tests;

/// <summary>The foreign peer: Node.js, written from the specification alone (peer/peer.mjs).</summary>
internal static class NodePeer
{
    public static Task<JsonNode> AskAsync(string command, JsonObject? question = null) => RunAsync("peer.mjs", [command], question);

    public static async Task<JsonNode> RunAsync(string script, IEnumerable<string> arguments, JsonObject? question = null)
    {
        (int exitCode, string output, string errors) = await StartAsync(script, arguments, question?.ToJsonString() ?? "");
        if (exitCode != 0) throw new InvalidOperationException($"node {script} ended with {exitCode}: {output}{errors}");
        return JsonNode.Parse(output)!;
    }

    public static async Task<(int ExitCode, string Output, string Errors)> StartAsync(string script, IEnumerable<string> arguments, string input)
    {
        var start = new ProcessStartInfo("node")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "peer", script));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);

        using Process node = Process.Start(start)!;
        Task<string> output = node.StandardOutput.ReadToEndAsync();
        Task<string> errors = node.StandardError.ReadToEndAsync();
        await node.StandardInput.WriteAsync(input);
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        return (node.ExitCode, await output, await errors);
    }

    public static JsonObject Parse(object value) => JsonSerializer.SerializeToNode(value)!.AsObject();
}
