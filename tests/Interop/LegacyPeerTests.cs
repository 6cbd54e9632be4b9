using System.Text.Json.Nodes;
using Xunit;

namespace TrustedApps.Interop.Tests;

/// <summary>Both directions against the foreign peer, for every version; and everything it knows to get wrong.</summary>
public sealed class LegacyPeerTests
{
    private const string ApplicationId = "node-peer:1";

    public static TheoryData<string> Versions => [.. ProtocolVersion.All.Select(version => version.Name)];

    [Fact]
    public async Task The_peer_itself_agrees_with_the_recorded_vectors()
    {
        (int exitCode, string output, string errors) = await NodePeer.StartAsync(
            "selftest.mjs", [Path.Combine(AppContext.BaseDirectory, "taa-vectors.json")], "");

        Assert.True(exitCode == 0, output + errors);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task The_peer_accepts_what_the_tool_issues(string version)
    {
        ApplicationKeys keys = ApplicationKeys.Generate("wiki:8731", 2048);
        string file = Path.Combine(Directory.CreateTempSubdirectory("trusted-apps-").FullName, "keys.json");
        keys.Save(file);
        const string url = "http://127.0.0.1:8080/rest/api/issues?q=%C3%A9&x=1";

        (int exitCode, string headers, string errors) = await Command.RunAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "TrustedApps.Tool.dll"), "issue", "--keys", file, "--version", version, "--user", "жанна", "--url", url]);
        Assert.True(exitCode == 0, errors);
        JsonNode verdict = await NodePeer.AskAsync("verify", NodePeer.Parse(new
        {
            publicKey = keys.PublicKey.ToBase64(),
            version,
            headers = JsonNode.Parse(headers),
            url,
            now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            timeoutMs = 60_000,
        }));

        Assert.True(verdict["accepted"]!.GetValue<bool>(), verdict.ToJsonString());
        Assert.Equal("жанна", verdict["user"]!.GetValue<string>());
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task We_accept_what_the_peer_sends(string version)
    {
        JsonNode keys = await NodePeer.AskAsync("keygen");
        await using Provider provider = await Provider.StartAsync(ApplicationId, keys["publicKey"]!.GetValue<string>(), version);

        JsonNode answer = await SendAsync(provider, keys, version, mutation: null, user: "жанна");

        Assert.Equal(200, answer["status"]!.GetValue<int>());
        Assert.Equal("жанна", answer["body"]!.GetValue<string>());
        Assert.Equal("OK", answer["headers"]![version == "warwick" ? "x-trusted-app-status" : "x-seraph-trusted-app-status"]!.GetValue<string>());
        Assert.Empty(provider.Refusals);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task We_refuse_every_mutation_with_its_code_and_one_line_in_the_log(string version)
    {
        JsonNode keys = await NodePeer.AskAsync("keygen");
        await using Provider provider = await Provider.StartAsync(ApplicationId, keys["publicKey"]!.GetValue<string>(), version);
        var wrong = new List<string>();
        int tried = 0;

        foreach (JsonNode? mutation in (await NodePeer.AskAsync("mutations")).AsArray())
        {
            if (!mutation!["versions"]!.AsArray().Any(name => name!.GetValue<string>() == version)) continue;
            string[] codes = [.. mutation["codes"]!.AsArray().Select(code => code!.GetValue<string>())];
            provider.Refusals.Clear();

            JsonNode answer = await SendAsync(provider, keys, version, mutation["name"]!.GetValue<string>(), user: "fred");

            tried++;
            string? code = answer["code"]?.GetValue<string>();
            bool isRefused = answer["status"]!.GetValue<int>() == 401 && codes.Contains(code, StringComparer.Ordinal);
            bool isLogged = provider.Refusals.Count == 1 && provider.Refusals.Single().Contains($": {code}. ", StringComparison.Ordinal);
            if (!isRefused || !isLogged) wrong.Add($"{mutation["name"]}: wants {string.Join('|', codes)}, got {answer["status"]} {code}; log: {string.Join(" // ", provider.Refusals)}");
        }

        Assert.InRange(tried, 25, 100);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    // POST, because identical headers may repeat with GET.
    private static Task<JsonNode> SendAsync(Provider provider, JsonNode keys, string version, string? mutation, string user) =>
        NodePeer.AskAsync("send", NodePeer.Parse(new
        {
            privateKey = keys["privateKey"]!.GetValue<string>(),
            id = ApplicationId,
            version,
            user,
            url = $"{provider.BaseUrl}/rest/api/issues?q=a%20b",
            method = mutation is null ? "GET" : "POST",
            mutate = mutation,
        }));
}
