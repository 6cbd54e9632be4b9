using System.Security.Cryptography;
using TrustedApps.Tool.Tests.Cases;

namespace TrustedApps.Tool.Tests.Commands;

/// <summary>The options of 'issue' that came with the final form of version 4.</summary>
public sealed class IssueGrantTests : IDisposable
{
    private const string Key = "X-Seraph-Trusted-App-Key";
    private const string Url = "https://tracker.example/rest/issues?mine=1";

    private readonly ScratchFolder _folder = new();
    private readonly string _keys;
    private readonly string _provider;
    private readonly string _grant;

    public IssueGrantTests()
    {
        (_keys, _provider, _grant) = (_folder.PathOf("wiki.keys"), _folder.PathOf("tracker.certificate"), _folder.PathOf("wiki.grant"));
        TestKeys.Wiki.Save(_keys);
        File.WriteAllBytes(_provider, TestKeys.Tracker.ToCertificate().ToBytes());
    }

    [Fact]
    public async Task Grant_is_kept_in_a_file_that_only_its_owner_can_read_and_that_is_said()
    {
        ToolRun run = await NewAsync("--grant-out", _grant);
        Assert.Equal((0, $"{_grant} now holds the key grant and its session key, for trials only. Delete it after them.\n"), (run.ExitCode, run.Error));

        JsonObject kept = JsonNode.Parse(await File.ReadAllTextAsync(_grant, TestContext.Current.CancellationToken))!.AsObject();
        Assert.Equal(["grant", "sessionKey"], kept.Select(member => member.Key), StringComparer.Ordinal);
        Assert.Equal((string?)run.Json[Key], (string?)kept["grant"]);
        Assert.Equal(43, ((string)kept["sessionKey"]!).Length);
        Assert.DoesNotContain((string)kept["sessionKey"]!, run.Output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_grant));
        Assert.Equal(["tracker.certificate", "wiki.grant", "wiki.keys"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Grant_that_was_kept_is_sent_again_or_named()
    {
        ToolRun first = await NewAsync("--grant-out", _grant), again = await UnderAsync(_grant), named = await UnderAsync(_grant, "--name-grant");
        Assert.Equal((string?)first.Json[Key], (string?)again.Json[Key]);
        Assert.Equal(
            ["X-Seraph-Trusted-App-ID", "X-Seraph-Trusted-App-Version", "X-Seraph-Trusted-App-Cert"],
            named.Json.Select(header => header.Key), StringComparer.Ordinal);

        Assert.Equal("accepted", (string?)(await JudgeAsync(first))["status"]);
        Assert.Equal("accepted", (string?)(await JudgeAsync(again))["status"]);
    }

    [Fact]
    public async Task Later_grant_takes_the_place_of_an_earlier_one_with_the_mode_of_a_new_file()
    {
        ToolRun first = await NewAsync("--grant-out", _grant);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_grant, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        ToolRun second = await NewAsync("--grant-out", _grant);
        Assert.NotEqual((string?)first.Json[Key], (string?)second.Json[Key]);
        Assert.Equal((string?)second.Json[Key], (string?)(await UnderAsync(_grant)).Json[Key]);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_grant));
    }

    [Fact]
    public async Task Another_file_is_never_overwritten()
    {
        byte[] before = await File.ReadAllBytesAsync(_keys, TestContext.Current.CancellationToken);
        ToolRun run = await NewAsync("--grant-out", _keys);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("was not overwritten", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_keys, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"grant":"a.b.c","sessionKey":"x"}""")]
    [InlineData("""{"grant":"a.b.c","sessionKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""")]
    [InlineData("""{"grant":1,"sessionKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""")]
    [InlineData("""{"grant":"e30.e30.e30","sessionKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""")]
    [InlineData("""{"grant":"W10.W10.e30","sessionKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""")]
    public async Task File_without_a_grant_is_bad_input(string? text)
    {
        string file = text is null ? _folder.PathOf("absent") : _folder.Write("bad", text);
        ToolRun run = await UnderAsync(file);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(file, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_file_in_the_place_of_a_grant_stays_secret()
    {
        ToolRun run = await UnderAsync(_keys);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        foreach (JsonNode? key in Version4Case.KeyRingOf(TestKeys.Wiki)["keys"]!.AsArray()) Assert.DoesNotContain((string)key!["d"]!, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grant_of_other_keys_another_provider_or_another_base_url_is_bad_input()
    {
        await NewAsync("--grant-out", _grant);
        string blog = _folder.PathOf("blog.keys"), other = _folder.PathOf("blog.certificate");
        TestKeys.Blog.Save(blog);
        await File.WriteAllBytesAsync(other, TestKeys.Blog.ToCertificate().ToBytes(), TestContext.Current.CancellationToken);

        await RequireBadAsync("signed by a key of 'wiki'", "--keys", blog);
        await RequireBadAsync("is for the provider 'tracker', not 'blog'", "--keys", _keys, "--provider", other);
        await RequireBadAsync("is for the base URL 'https://tracker.example', not 'https://tracker.example/app'", "--keys", _keys, "--base", "https://tracker.example/app");
        Assert.Equal(0, (await UnderAsync(_grant, "--provider", _provider, "--base", "https://tracker.example")).ExitCode);

        async Task RequireBadAsync(string problem, params string[] options)
        {
            ToolRun run = await ToolRun.InProcessAsync(["issue", "--user", "fred", "--url", Url, "--grant", _grant, .. options]);
            Assert.Equal((1, ""), (run.ExitCode, run.Output));
            Assert.Contains(problem, run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Actors_scopes_bound_headers_and_the_demand_for_a_proof_are_asserted()
    {
        ToolRun run = await NewAsync(
            "--grant-out", _grant, "--act", "portal:1", "--act", "desk", "--scope", "issues.read", "--scope", "issues.write",
            "--bind-header", "If-Match: \"7\" ", "--bind-header", "Idempotency-Key:a:b", "--require-proof");
        JsonObject claims = Open(run);
        Assert.Equal("""{"sub":"wiki","act":{"sub":"portal:1","act":{"sub":"desk"}}}""", claims["act"]!.ToJsonString());
        Assert.Equal("issues.read issues.write", (string?)claims["scope"]);
        Assert.Equal(["if-match=\"7\"", "idempotency-key=a:b"], claims["hdr"]!.AsObject().Select(header => $"{header.Key}={header.Value}"), StringComparer.Ordinal);
        Assert.True((bool)claims["rsp"]!);

        JsonObject judged = await JudgeAsync(run, request =>
        {
            request["trust"]![0]!["allowDelegation"] = true;
            request["trust"]![0]!["delegatedFrom"] = new JsonArray("portal:1", "desk");
            request["trust"]![0]!["scopes"] = new JsonArray("issues.read", "issues.write", "issues.delete");
            request["request"]!["headers"]!.AsArray().Add(new JsonArray("If-Match", "\"7\""));
            request["request"]!["headers"]!.AsArray().Add(new JsonArray("Idempotency-Key", "a:b"));
        });
        Assert.Equal("accepted", (string?)judged["status"]);
        Assert.Equal("""["portal:1","desk"]""", judged["actors"]!.ToJsonString());
        Assert.Equal("""["issues.read","issues.write"]""", judged["scopes"]!.ToJsonString());
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 300)]
    public async Task Grant_for_proven_responses_is_dated_back(bool isProven, long seconds)
    {
        ToolRun run = await NewAsync(isProven ? ["--require-proof"] : []);
        JsonObject grant = Decode(((string)run.Json[Key]!).Split('.')[1]);
        Assert.Equal((GoodCase.Now / 1000) - seconds, (long)grant["iat"]!);
        Assert.Equal((GoodCase.Now / 1000) + 600, (long)grant["exp"]!);
        Assert.Equal("accepted", (string?)(await JudgeAsync(run))["status"]);
    }

    [Theory]
    [InlineData("--act", "no id")]
    [InlineData("--act", "wiki")]
    [InlineData("--act", "a", "--act", "a")]
    [InlineData("--act", "a", "--act", "b", "--act", "c", "--act", "d")]
    [InlineData("--scope", "two scopes")]
    [InlineData("--scope", "")]
    [InlineData("--scope", "a", "--scope", "a")]
    [InlineData("--bind-header", "Cookie: a=b")]
    [InlineData("--bind-header", "If-Match: 1", "--bind-header", "if-match: 1")]
    [InlineData("--bind-header", "X-A: \u00E9")]
    public async Task Claim_that_cannot_be_is_bad_input(params string[] options)
    {
        ToolRun run = await NewAsync(options);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.DoesNotContain("Parameter", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_but_a_user_can_be_passed_on()
    {
        ToolRun run = await ToolRun.InProcessAsync("issue", "--keys", _keys, "--provider", _provider, "--url", Url, "--act", "portal");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("leave one of them out", "--grant", "x", "--grant-out", "y")]
    [InlineData("add --grant FILE", "--name-grant", "--provider", "x")]
    [InlineData("a name, a colon and a value", "--provider", "x", "--bind-header", "If-Match")]
    [InlineData("a name, a colon and a value", "--provider", "x", "--bind-header", ":1")]
    [InlineData("are for version 4: --grant.", "--version", "3", "--grant", "x")]
    [InlineData("are for version 4: --grant-out, --name-grant.", "--version", "3", "--grant-out", "x", "--name-grant")]
    [InlineData("are for version 4: --act, --scope, --bind-header, --require-proof.", "--version", "warwick", "--act", "a", "--scope", "b", "--bind-header", "c:d", "--require-proof")]
    public async Task Options_that_do_not_go_together_are_wrong_usage(string problem, params string[] options)
    {
        ToolRun run = await ToolRun.InProcessAsync(["issue", "--keys", _keys, "--user", "fred", "--url", Url, .. options]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static JsonObject Decode(string part) => JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(part))!.AsObject();

    private static async Task<JsonObject> JudgeAsync(ToolRun issued, Action<JsonObject>? change = null)
    {
        JsonObject request = GoodCase.Create("4");
        request["request"]!["headers"] = new JsonArray([.. issued.Json.Select(header => new JsonArray(header.Key, (string)header.Value!))]);
        change?.Invoke(request);
        return (await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(request.ToJsonString()), "verify")).Json;
    }

    // By hand, with the key that the file holds.
    private JsonObject Open(ToolRun issued)
    {
        string[] parts = ((string)issued.Json["X-Seraph-Trusted-App-Cert"]!).Split('.');
        byte[][] decoded = [.. parts.Select(part => System.Buffers.Text.Base64Url.DecodeFromChars(part))];
        byte[] text = new byte[decoded[3].Length];
        using var cipher = new AesGcm(KeptGrant.Read(_grant).Derive("trusted-app-cert+jwt"), 16);
        cipher.Decrypt(decoded[2], decoded[3], decoded[4], text, Encoding.ASCII.GetBytes(parts[0]));
        return JsonNode.Parse(text)!.AsObject();
    }

    private Task<ToolRun> NewAsync(params string[] options) => ToolRun.InProcessAsync(
        ["issue", "--keys", _keys, "--provider", _provider, "--user", "fred", "--url", Url, "--at", GoodCase.Now.ToString(CultureInfo.InvariantCulture), .. options]);

    private Task<ToolRun> UnderAsync(string grant, params string[] options) => ToolRun.InProcessAsync(
        ["issue", "--keys", _keys, "--grant", grant, "--user", "fred", "--url", Url, "--at", GoodCase.Now.ToString(CultureInfo.InvariantCulture), .. options]);
}
