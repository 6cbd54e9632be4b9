using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrustedApps.Keys;

namespace TrustedApps.Interop.Tests;

/// <summary>Both directions against the foreign peer, for every version; and everything it knows to get wrong.</summary>
public sealed class LegacyPeerTests
{
    private const string ApplicationId = "node-peer:1";

    public static TheoryData<string> Versions => [.. ProtocolVersion.All.Where(version => version.IsLegacy).Select(version => version.Name)];

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
        ApplicationKeys keys = ThrowAwayKeys.Of("wiki:8731", 3);
        string file = Path.Combine(Directory.CreateTempSubdirectory("trusted-apps-").FullName, "keys.json");
        keys.Save(file);
        const string url = "http://127.0.0.1:8080/rest/api/issues?q=%C3%A9&x=1";

        (int exitCode, string headers, string errors) = await Command.RunAsync(
            "dotnet",
            [BuiltProject.AssemblyOf("src/TrustedApps.Tool"), "issue", "--keys", file, "--version", version, "--user", "жанна", "--url", url]);
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

        JsonNode answer = await NodePeer.AskAsync("send", NodePeer.Parse(Question(provider, keys, version, "жанна", mutation: null)));

        Assert.Equal(200, answer["status"]!.GetValue<int>());
        Assert.Equal("жанна", answer["body"]!.GetValue<string>());
        Assert.Equal("OK", answer["headers"]![version == "warwick" ? "x-trusted-app-status" : "x-seraph-trusted-app-status"]!.GetValue<string>());
        Assert.Empty(provider.Refusals);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task We_refuse_every_mutation_with_its_code_which_is_in_the_log(string version)
    {
        JsonNode keys = await NodePeer.AskAsync("keygen");
        await using Provider provider = await Provider.StartAsync(ApplicationId, keys["publicKey"]!.GetValue<string>(), version);
        JsonNode[] mutations = [.. (await NodePeer.AskAsync("mutations")).AsArray()
            .Where(mutation => Texts(mutation!["versions"]).Contains(version, StringComparer.Ordinal)).Select(mutation => mutation!)];

        JsonArray answers = (await NodePeer.AskAsync("send", NodePeer.Parse(
            mutations.Select(mutation => Question(provider, keys, version, "fred", mutation["name"]!.GetValue<string>()))))).AsArray();

        Assert.InRange(mutations.Length, 25, 100);
        string[] got = [.. answers.Select((answer, index) => $"{mutations[index]["name"]}: {answer!["status"]} {answer["code"]}")];
        string[] wanted = [.. answers.Select((answer, index) =>
        {
            string[] codes = Texts(mutations[index]["codes"]);
            string? code = answer!["code"]?.GetValue<string>();
            return $"{mutations[index]["name"]}: 401 {(codes.Contains(code, StringComparer.Ordinal) ? code : string.Join('|', codes))}";
        })];
        Assert.Equal(wanted, got);

        // The log has the first refusal of each reason, and counts the others.
        string[] logged = [.. provider.Refusals.Select(line => Regex.Match(line, ": (?<code>[A-Z_]+)[.] ", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups["code"].Value)];
        Assert.Equal(answers.Select(answer => answer!["code"]!.GetValue<string>()).Distinct().Order(), logged.Distinct().Order());
        Assert.InRange(logged.Length, 1, answers.Count);
    }

    // POST, because identical headers may repeat with GET.
    private static object Question(Provider provider, JsonNode keys, string version, string user, string? mutation) => new
    {
        privateKey = keys["privateKey"]!.GetValue<string>(),
        id = ApplicationId,
        version,
        user,
        url = $"{provider.BaseUrl}/rest/api/issues?q=a%20b",
        method = mutation is null ? "GET" : "POST",
        mutate = mutation,
    };

    private static string[] Texts(JsonNode? list) => [.. list!.AsArray().Select(text => text!.GetValue<string>())];
}
