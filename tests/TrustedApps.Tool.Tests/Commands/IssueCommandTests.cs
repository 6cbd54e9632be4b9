using TrustedApps.Tool.Tests.Cases;

namespace TrustedApps.Tool.Tests.Commands;

public sealed class IssueCommandTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly string _keys;

    public IssueCommandTests()
    {
        _keys = _folder.PathOf("wiki.keys");
        TestKeys.Wiki.Save(_keys);
    }

    public static TheoryData<string> ClientRefusals { get; } =
        [.. Vectors.Protocol.Keys.Where(id => (string)Vectors.Protocol[id]["kind"]! == "client-refusal")];

    [Theory]
    [InlineData("1", "X-Seraph-Trusted-App-ID X-Seraph-Trusted-App-Version X-Seraph-Trusted-App-Key X-Seraph-Trusted-App-Magic X-Seraph-Trusted-App-Cert")]
    [InlineData("2", "X-Seraph-Trusted-App-ID X-Seraph-Trusted-App-Version X-Seraph-Trusted-App-Key X-Seraph-Trusted-App-Magic X-Seraph-Trusted-App-Cert X-Seraph-Trusted-App-Signature")]
    [InlineData("3", "X-Seraph-Trusted-App-ID X-Seraph-Trusted-App-Version X-Seraph-Trusted-App-Cert X-Seraph-Trusted-App-Signature")]
    [InlineData("warwick", "X-Trusted-App-ProviderID X-Trusted-App-Cert X-Trusted-App-Signature")]
    public async Task Version_has_its_own_headers(string version, string names)
    {
        ToolRun run = await IssueAsync(version, "fred", "https://tracker.example/");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(names, string.Join(' ', run.Json.Select(header => header.Key)));
    }

    [Theory]
    [InlineData("1", "/rest")]
    [InlineData("2", "/rest?x=1&y=%7e%41")]
    [InlineData("3", "/a/../b//c?d")]
    [InlineData("warwick", "/r%C3%A9st")]
    public async Task What_is_issued_is_accepted_for_exactly_the_url_given(string version, string target)
    {
        ToolRun issued = await IssueAsync(version, "fred", $"https://tracker.example{target}", "--at", GoodCase.Now.ToString(CultureInfo.InvariantCulture), "--method", "GET");
        JsonObject request = GoodCase.Create(version, target: target);
        request["request"]!["headers"] = new JsonArray([.. issued.Json.Select(header => new JsonArray(header.Key, (string)header.Value!))]);

        ToolRun judged = await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(request.ToJsonString()), "verify");
        Assert.Equal(("accepted", "fred"), ((string?)judged.Json["status"], (string?)judged.Json["user"]));
    }

    [Fact]
    public async Task Time_stamp_is_the_one_given()
    {
        ToolRun run = await IssueAsync("3", "fred", "https://tracker.example/", "--at", "1234567890123");
        Assert.Equal("1234567890123\nfred\n-1159983122", Encoding.UTF8.GetString(run.Json["X-Seraph-Trusted-App-Cert"]!.Deserialize<byte[]>()!));
    }

    [Fact]
    public async Task Value_that_begins_with_an_at_sign_is_data()
    {
        string file = _folder.Write("response", "barney");
        ToolRun run = await ToolRun.AsProcessAsync("issue", "--keys", _keys, "--version", "warwick", "--user", $"@{file}", "--url", "@url", "--at", "1");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal($"1\n@{file}", Encoding.UTF8.GetString(run.Json["X-Trusted-App-Cert"]!.Deserialize<byte[]>()!));
    }

    [Theory, MemberData(nameof(ClientRefusals))]
    public async Task What_the_reference_client_refuses_is_refused(string id)
    {
        JsonObject vector = Vectors.Protocol[id];
        string version = vector["protocol_version"]?.ToString() ?? "warwick";
        ToolRun run = await IssueAsync(version, (string)vector["user"]!, (string)vector["url"]!);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("", "https://tracker.example/")]
    [InlineData("fred\n-1159983122", "https://tracker.example/")]
    [InlineData("fred", "")]
    [InlineData("fred", "https://tracker.example/\u0085")]
    public async Task User_or_url_that_cannot_be_sent_safely_is_refused(string user, string url)
    {
        foreach (string version in (string[])["1", "2", "3", "warwick"])
        {
            ToolRun run = await IssueAsync(version, user, url);
            Assert.Equal((1, ""), (run.ExitCode, run.Output));
            Assert.DoesNotContain("Parameter", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("0x10")]
    [InlineData("253402300800000")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public async Task Time_stamp_that_is_none_is_wrong_usage(string milliseconds)
    {
        ToolRun run = await IssueAsync("3", "fred", "https://tracker.example/", $"--at={milliseconds}");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("'trusted-apps issue --help'", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<ToolRun> IssueAsync(string version, string user, string url, params string[] more) =>
        ToolRun.InProcessAsync(["issue", "--keys", _keys, "--version", version, "--user", user, "--url", url, .. more]);
}
