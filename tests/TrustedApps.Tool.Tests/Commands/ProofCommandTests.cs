using System.Security.Cryptography;
using TrustedApps.Tool.Tests.Cases;

namespace TrustedApps.Tool.Tests.Commands;

public sealed class ProofCommandTests : IAsyncLifetime
{
    private const string Content = "{\"open\":3}";
    private const string Digest = "sha-256=:JiJoSxHtRt0m9FSCDCmZoB+5yRc3HxGdSsFS6SGcWbU=:"; // of other content

    private readonly ScratchFolder _folder = new();
    private string _grantFile = "";
    private string _headers = "";
    private string _content = "";
    private KeptGrant _grant = new("", []);
    private string _iv = "";

    [Fact]
    public async Task Good_proof_has_its_claims_printed()
    {
        string claims = Claims(more: ",\"dig\":\"" + DigestOf(Content) + "\",\"cty\":\"application/json\",\"hdr\":{\"content-encoding\":\"x\",\"content-range\":\"bytes 0-9/10\",\"location\":\"/a?b=\\\"c\\\"\"}");
        ToolRun run = await CheckAsync(
            _grant.Prove(claims), "200", "--content", _content, "--header", "Content-Type: application/json", "--header", "content-encoding:x",
            "--header", "Content-Range: bytes 0-9/10", "--header", "LOCATION:\t/a?b=\"c\" ", "--header", "X-Other: 1", "--header", "X-Seraph-Trusted-App-Status: ERROR");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(claims), run.Json), run.Output);
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(204, "")]
    [InlineData(304, "")]
    [InlineData(503, ",\"err\":\"UNAVAILABLE;\\tBusy;\\t[]\"")]
    [InlineData(599, "")]
    public async Task Response_without_content_is_proven_without_a_digest(int status, string more)
    {
        ToolRun run = await CheckAsync(_grant.Prove(Claims(status, more)), status.ToString(CultureInfo.InvariantCulture));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(status, (int)run.Json["sts"]!);
    }

    [Theory]
    [InlineData("trailer")]
    [InlineData("none")]
    public async Task Content_that_is_proven_elsewhere_or_not_at_all_is_not_compared(string digest)
    {
        ToolRun run = await CheckAsync(_grant.Prove(Claims(more: $",\"dig\":\"{digest}\"")), "200", "--content", _content);
        Assert.Equal((0, digest), (run.ExitCode, (string?)run.Json["dig"]));
    }

    [Fact]
    public async Task Several_lines_of_one_header_are_one_value()
    {
        string proof = _grant.Prove(Claims(more: ",\"hdr\":{\"content-encoding\":\"gzip, br\"}"));
        Assert.Equal(0, (await CheckAsync(proof, "200", "--header", "Content-Encoding: gzip", "--header", "Content-Encoding: br")).ExitCode);
    }

    [Theory]
    [InlineData("the proven status is 200, not 201", "201", "")]
    [InlineData("it proves that there is no content", "200", "", "--content")]
    [InlineData("it proves content, and there is none", "200", ",\"dig\":\"" + Digest + "\"")]
    [InlineData("the content is not the proven one", "200", ",\"dig\":\"" + Digest + "\"", "--content")]
    [InlineData("its dig is neither", "200", ",\"dig\":\"sha-256=:AA==:\"")]
    [InlineData("its dig is neither", "200", ",\"dig\":\"sha-256=:\"")]
    [InlineData("its dig is neither", "200", ",\"dig\":\"TRAILER\"")]
    [InlineData("a refusal must prove its content", "200", ",\"dig\":\"none\",\"err\":\"x\"", "--content")]
    [InlineData("it proves the Content-Type 'a/b', and the response has none", "200", ",\"cty\":\"a/b\"")]
    [InlineData("it proves no Content-Type, and the response has 'a/b'", "200", "", "--header", "Content-Type: a/b")]
    [InlineData("the proven Content-Type is 'a/b', not 'A/b'", "200", ",\"cty\":\"a/b\"", "--header", "Content-Type: A/b")]
    [InlineData("it proves the Content-Encoding 'x'", "200", ",\"hdr\":{\"content-encoding\":\"x\"}")]
    [InlineData("it proves no Content-Encoding", "200", "", "--header", "Content-Encoding: x")]
    [InlineData("it proves the Content-Range 'x'", "200", ",\"hdr\":{\"content-range\":\"x\"}")]
    [InlineData("it proves no Content-Range", "200", "", "--header", "Content-Range: x")]
    [InlineData("the proven Location is '/a', not '/b'", "200", ",\"hdr\":{\"location\":\"/a\"}", "--header", "Location: /b")]
    [InlineData("it proves no Location", "200", "", "--header", "Location: /b")]
    [InlineData("its claims are malformed", "200", ",\"hdr\":{}")]
    [InlineData("its claims are malformed", "200", ",\"hdr\":{\"x\":\"y\"}")]
    [InlineData("its claims are malformed", "200", ",\"x\":\"y\"")]
    [InlineData("its claims are malformed", "200", ",\"sts\":200")]
    [InlineData("its claims are malformed", "200", ",\"err\":null")]
    [InlineData("its claims are malformed", "200", ",\"err\":\"\\u00e9\"")]
    [InlineData("its claims are malformed", "200", ", \"err\":\"x\"")]
    public async Task Proof_of_another_response_does_not_hold(string problem, string status, string more, params string[] options)
    {
        if (options is ["--content"]) options = ["--content", _content];
        Refused(problem, await CheckAsync(_grant.Prove(Claims(more: more)), status, options));
    }

    [Fact]
    public async Task Proof_of_another_request_or_of_another_grant_does_not_hold()
    {
        string proof = _grant.Prove(Claims());
        (string file, string headers) = await NewGrantAsync("other");
        Refused("it names another key grant", await ToolRun.InProcessAsync("proof", "--grant", file, "--headers", headers, "--status", "200", proof));
        Refused("issued under another key grant", await ToolRun.InProcessAsync("proof", "--grant", _grantFile, "--headers", headers, "--status", "200", proof));

        string again = _folder.Write("again", (await IssueAsync("--grant", _grantFile)).Output);
        Refused("it proves the response to another request", await ToolRun.InProcessAsync("proof", "--grant", _grantFile, "--headers", again, "--status", "200", proof));
    }

    [Fact]
    public async Task Proof_that_is_not_as_it_was_made_does_not_hold()
    {
        string proof = _grant.Prove(Claims());
        Refused("response key", await CheckAsync(KeptGrant.Read(_grantFile) is { } other ? (other with { SessionKey = new byte[32] }).Prove(Claims()) : "", "200"));
        Refused("it is longer than 8,000 characters", await CheckAsync(_grant.Prove(Claims(more: $",\"cty\":\"{new string('x', 6000)}\"")), "200"));
        Refused("it is not a compact JWS", await CheckAsync("x", "200"));
        Refused("it is not a compact JWS", await CheckAsync($"{proof}.", "200"));
        Refused("protected header", await CheckAsync($" {proof}", "200"));
        Refused("response key", await CheckAsync($"{proof} ", "200"));
        Refused("response key", await CheckAsync($"{proof[..^1]}{(proof[^1] == 'A' ? 'E' : 'A')}", "200"));
        Refused("protected header", await CheckAsync(_grant.Prove(Claims(), $$"""{"alg":"HS512","kid":"{{_grant.Id}}","typ":"trusted-app-response+jwt"}"""), "200"));
        Refused("protected header", await CheckAsync(_grant.Prove(Claims(), $$"""{"alg":"HS256","kid":"{{_grant.Id}}","typ":"JWT"}"""), "200"));
        Refused("protected header", await CheckAsync(_grant.Prove(Claims(), $$"""{"alg":"HS256","kid":"{{_grant.Id}}","typ":"trusted-app-response+jwt","crit":"x"}"""), "200"));
        Refused("another key grant", await CheckAsync(_grant.Prove(Claims(), """{"alg":"HS256","kid":"AAAAAAAAAAAAAAAAAAAAAA","typ":"trusted-app-response+jwt"}"""), "200"));
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_bad_input()
    {
        string proof = _grant.Prove(Claims());
        foreach (string text in (string[])["", "[]", "{}", "{\"X-Seraph-Trusted-App-Cert\":1}", "{\"X-Seraph-Trusted-App-Cert\":null}"])
        {
            ToolRun run = await ToolRun.InProcessAsync("proof", "--grant", _grantFile, "--headers", _folder.Write("bad", text), "--status", "200", proof);
            Assert.Equal((1, ""), (run.ExitCode, run.Output));
            Assert.Contains("does not hold the headers of a request", run.Error, StringComparison.Ordinal);
        }

        Refused("another key grant", await ToolRun.InProcessAsync("proof", "--grant", _grantFile, "--headers", _folder.Write("bad", "{\"X-Seraph-Trusted-App-Cert\":\"x\"}"), "--status", "200", proof));
        foreach ((string grant, string headers, string content) in new[] { ("/nowhere", _headers, _content), (_grantFile, "/nowhere", _content), (_grantFile, _headers, "/nowhere"), (_headers, _headers, _content) })
        {
            ToolRun run = await ToolRun.InProcessAsync("proof", "--grant", grant, "--headers", headers, "--status", "200", "--content", content, proof);
            Assert.Equal((1, ""), (run.ExitCode, run.Output));
            Assert.StartsWith("trusted-apps: ", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--status", "199", "x")]
    [InlineData("--status", "1000", "x")]
    [InlineData("--status", "+200", "x")]
    [InlineData("--status", "200", "--header", "Location", "x")]
    [InlineData("--status", "200")]
    [InlineData("x")]
    public async Task Command_line_that_is_no_question_is_wrong_usage(params string[] args)
    {
        ToolRun run = await ToolRun.InProcessAsync(["proof", "--grant", _grantFile, "--headers", _headers, .. args]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Tool_is_a_process_of_its_own()
    {
        ToolRun run = await ToolRun.AsProcessAsync(await File.ReadAllBytesAsync(_headers, TestContext.Current.CancellationToken), "proof", "--grant", _grantFile, "--headers", "-", "--status", "200", _grant.Prove(Claims()));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    public async ValueTask InitializeAsync()
    {
        TestKeys.Wiki.Save(_folder.PathOf("wiki.keys"));
        await File.WriteAllBytesAsync(_folder.PathOf("tracker.certificate"), TestKeys.Tracker.ToCertificate().ToBytes(), TestContext.Current.CancellationToken);
        (_grantFile, _headers) = await NewGrantAsync("wiki");
        _content = _folder.Write("content", Content);
        _grant = KeptGrant.Read(_grantFile);
        _iv = ((string)JsonNode.Parse(await File.ReadAllTextAsync(_headers, TestContext.Current.CancellationToken))!["X-Seraph-Trusted-App-Cert"]!).Split('.')[2];
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Refused(string problem, ToolRun run)
    {
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    private static string DigestOf(string content) => $"sha-256=:{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}:";

    private string Claims(int status = 200, string more = "") => $$"""{"iat":1795000002,"req":"{{_iv}}","sts":{{status}}{{more}}}""";

    private Task<ToolRun> CheckAsync(string proof, string status, params string[] options) =>
        ToolRun.InProcessAsync(["proof", "--grant", _grantFile, "--headers", _headers, "--status", status, .. options, proof]);

    private async Task<(string Grant, string Headers)> NewGrantAsync(string name)
    {
        string file = _folder.PathOf($"{name}.grant");
        ToolRun run = await IssueAsync("--provider", _folder.PathOf("tracker.certificate"), "--grant-out", file);
        return (file, _folder.Write($"{name}.json", run.Output));
    }

    private Task<ToolRun> IssueAsync(params string[] options) => ToolRun.InProcessAsync(
        ["issue", "--keys", _folder.PathOf("wiki.keys"), "--user", "fred", "--url", "https://tracker.example/", "--require-proof", .. options]);
}
