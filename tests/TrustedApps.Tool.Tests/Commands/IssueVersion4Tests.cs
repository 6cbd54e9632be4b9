using TrustedApps.Keys;
using TrustedApps.Tool.Tests.Cases;

namespace TrustedApps.Tool.Tests.Commands;

public sealed class IssueVersion4Tests : IDisposable
{
    private const string Url = "https://tracker.example/rest/issues?mine=1";

    private readonly ScratchFolder _folder = new();
    private readonly string _keys;
    private readonly string _provider;

    public IssueVersion4Tests()
    {
        (_keys, _provider) = (_folder.PathOf("wiki.keys"), _folder.PathOf("tracker.certificate"));
        TestKeys.Wiki.Save(_keys);
        File.WriteAllBytes(_provider, TestKeys.Tracker.ToCertificate().ToBytes());
    }

    [Fact]
    public async Task Version_4_to_the_origin_of_the_url_is_what_is_issued_where_nothing_else_is_said()
    {
        ToolRun run = await IssueAsync("--user", "fred", "--url", Url);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            ["X-Seraph-Trusted-App-ID", "X-Seraph-Trusted-App-Version", "X-Seraph-Trusted-App-Key", "X-Seraph-Trusted-App-Cert"],
            run.Json.Select(header => header.Key), StringComparer.Ordinal);
        Assert.Equal("4", (string?)run.Json["X-Seraph-Trusted-App-Version"]);

        JsonObject judged = await JudgeAsync(run);
        Assert.Equal(("accepted", "fred", "wiki", "4"), ((string?)judged["status"], (string?)judged["user"], (string?)judged["application"], (string?)judged["version"]));
    }

    [Fact]
    public async Task Version_4_may_be_named()
    {
        ToolRun run = await IssueAsync("--version", "4", "--user", "fred", "--url", Url);
        Assert.Equal("accepted", (string?)(await JudgeAsync(run))["status"]);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/rest?x=1&y=%7e%41")]
    [InlineData("/a/../b//c?d")]
    [InlineData("/a?")]
    public async Task What_is_issued_is_accepted_for_exactly_the_target_given(string target)
    {
        ToolRun run = await IssueAsync("--user", "fred", "--url", $"https://tracker.example{target}");
        Assert.Equal("accepted", (string?)(await JudgeAsync(run, request => request["request"]!["target"] = target))["status"]);
        Assert.Equal("BAD_SIGNATURE", (string?)(await JudgeAsync(run, request => request["request"]!["target"] = $"{target}x"))["code"]);
    }

    [Theory]
    [InlineData(null, "https://tracker.example", null)]
    [InlineData(null, "https://tracker.example/app", "BAD_AUDIENCE")]
    [InlineData("https://tracker.example/app", "https://tracker.example/app", null)]
    [InlineData("https://tracker.example/app", "https://tracker.example", "BAD_AUDIENCE")]
    [InlineData("https://tracker.example:8443", "https://tracker.example", "BAD_AUDIENCE")]
    public async Task Base_url_is_the_one_given_or_the_origin(string? given, string configured, string? code)
    {
        ToolRun run = await IssueAsync(["--user", "fred", "--url", Url, .. given is null ? (string[])[] : ["--base", given]]);
        Assert.Equal(code, (string?)(await JudgeAsync(run, request => request["provider"] = Version4Case.Provider(configured)))["code"]);
    }

    [Theory]
    [InlineData("https://TRACKER.example/rest")]
    [InlineData("https://tracker.example:443/rest")]
    public async Task Origin_of_the_url_is_taken_in_normal_form(string url)
    {
        ToolRun run = await IssueAsync("--user", "fred", "--url", url);
        Assert.Null((string?)(await JudgeAsync(run, request => request["request"]!["target"] = "/rest"))["code"]);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("standard input")]
    public async Task Content_is_bound_wherever_it_comes_from(string source)
    {
        byte[] content = [0, 13, 10, 255];
        string file = _folder.PathOf("content");
        await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);
        string[] args = ["issue", "--keys", _keys, "--provider", _provider, "--user", "fred", "--url", Url, "--at", $"{GoodCase.Now}", "--method", "POST", "--content-type", "text/x; a=\"b\"", "--content"];
        ToolRun run = source == "file" ? await ToolRun.InProcessAsync([.. args, file]) : await ToolRun.InProcessAsync(content, [.. args, "-"]);

        Assert.Null((string?)(await JudgeAsync(run, request => Post(request, content, "text/x; a=\"b\"")))["code"]);
        Assert.Equal("BAD_DIGEST", (string?)(await JudgeAsync(run, request => Post(request, [0], "text/x; a=\"b\"")))["code"]);
        Assert.Equal("BAD_DIGEST", (string?)(await JudgeAsync(run, request => Post(request, null, "text/x; a=\"b\"")))["code"]);
        Assert.Equal("BAD_SIGNATURE", (string?)(await JudgeAsync(run, request => Post(request, content, "text/x; a=b")))["code"]);
        Assert.Equal("BAD_SIGNATURE", (string?)(await JudgeAsync(run, request => Post(request, content, null)))["code"]);
    }

    [Fact]
    public async Task Empty_content_is_none_whatever_its_type()
    {
        ToolRun run = await IssueAsync("--user", "fred", "--url", Url, "--method", "POST", "--content", _folder.Write("empty", ""), "--content-type", "text/plain");
        Assert.Null((string?)(await JudgeAsync(run, request => Post(request, null, "text/plain")))["code"]);
        Assert.Equal("BAD_DIGEST", (string?)(await JudgeAsync(run, request => Post(request, [1], "text/plain")))["code"]);
    }

    [Theory]
    [InlineData("GET", "GET", null)]
    [InlineData("PROPFIND", "PROPFIND", null)]
    [InlineData("GET", "HEAD", "BAD_SIGNATURE")]
    [InlineData("get", "GET", "BAD_SIGNATURE")]
    public async Task Method_is_bound_exactly(string issued, string sent, string? code)
    {
        ToolRun run = await IssueAsync("--user", "fred", "--url", Url, "--method", issued);
        Assert.Equal(code, (string?)(await JudgeAsync(run, request => request["request"]!["method"] = sent))["code"]);
    }

    [Theory]
    [InlineData(true, "accepted", null)]
    [InlineData(false, "refused", "PERMISSION_DENIED")]
    public async Task Without_a_user_the_application_acts_as_itself(bool isAllowed, string status, string? code)
    {
        ToolRun run = await IssueAsync("--url", Url);
        JsonObject judged = await JudgeAsync(run, request => request["trust"]![0]!["allowSelf"] = isAllowed);
        Assert.Equal((status, code, null), ((string?)judged["status"], (string?)judged["code"], (string?)judged["user"]));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(90_999, null)]
    [InlineData(91_000, "OLD_CERT")]
    [InlineData(-30_000, null)]
    [InlineData(-30_001, "FUTURE_CERT")]
    public async Task Time_stamp_is_the_one_given_in_whole_seconds(long later, string? code)
    {
        ToolRun run = await IssueAsync("--user", "fred", "--url", Url);
        Assert.Equal(code, (string?)(await JudgeAsync(run, request => request["now"] = GoodCase.Now + later))["code"]);
    }

    [Fact]
    public async Task Every_run_has_a_grant_of_its_own_and_none_shows_a_private_part()
    {
        ToolRun first = await IssueAsync("--user", "fred", "--url", Url), second = await IssueAsync("--user", "fred", "--url", Url);
        Assert.NotEqual((string?)first.Json["X-Seraph-Trusted-App-Key"], (string?)second.Json["X-Seraph-Trusted-App-Key"]);
        foreach (JsonNode? key in Version4Case.KeyRingOf(TestKeys.Wiki)["keys"]!.AsArray()) Assert.DoesNotContain((string)key!["d"]!, first.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_file_that_ends_in_a_line_feed_is_read()
    {
        File.AppendAllText(_provider, "\n");
        Assert.Equal(0, (await IssueAsync("--user", "fred", "--url", Url)).ExitCode);
    }

    [Theory]
    [InlineData("--user", "")]
    [InlineData("--user", " fred")]
    [InlineData("--user", "fred\nadmin")]
    [InlineData("--user", "\u2028")]
    [InlineData("--url", "")]
    [InlineData("--url", "/rest")]
    [InlineData("--url", "https://tracker.example/\u00E9")]
    [InlineData("--url", "https://tracker.example/a b")]
    [InlineData("--base", "")]
    [InlineData("--base", "tracker.example")]
    [InlineData("--base", "https://tracker.example/")]
    [InlineData("--base", "https://TRACKER.example")]
    [InlineData("--base", "https://tracker.example?x")]
    [InlineData("--base", "ftp://tracker.example")]
    [InlineData("--method", "")]
    [InlineData("--method", "GET\n")]
    [InlineData("--provider", "/nowhere")]
    [InlineData("--content", "/nowhere")]
    [InlineData("--content", "/")]
    [InlineData("--keys", "/nowhere")]
    public async Task Value_that_cannot_be_is_bad_input(string option, string value)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["--keys"] = _keys, ["--provider"] = _provider, ["--user"] = "fred", ["--url"] = Url, [option] = value };
        ToolRun run = await ToolRun.InProcessAsync(["issue", .. options.SelectMany(pair => new[] { pair.Key, pair.Value })]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("trusted-apps: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mailto:fred@wiki.example")]
    [InlineData("/rest")]
    [InlineData("ftp://tracker.example/rest")]
    public async Task Url_that_has_no_origin_is_named_where_there_is_no_base(string url)
    {
        ToolRun run = await IssueAsync("--user", "fred", "--url", url);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains($"'{url}' is not an absolute URL of http or https.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain\r\nX: y")]
    [InlineData("text/plain\0")]
    public async Task Content_type_that_no_header_could_have_is_bad_input(string type)
    {
        ToolRun run = await IssueAsync("--user", "fred", "--url", Url, "--method", "POST", "--content", _folder.Write("content", "x"), "--content-type", type);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("wiki\nAAAA\n3\n-1159983122")]
    public async Task Provider_that_is_no_certificate_of_version_4_is_bad_input(string document)
    {
        ToolRun run = await ToolRun.InProcessAsync("issue", "--keys", _keys, "--provider", _folder.Write("bad", document), "--user", "fred", "--url", Url);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Key_file_in_the_place_of_the_certificate_is_bad_input_and_stays_secret()
    {
        ToolRun run = await ToolRun.InProcessAsync("issue", "--keys", _keys, "--provider", _keys, "--user", "fred", "--url", Url);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        foreach (JsonNode? key in Version4Case.KeyRingOf(TestKeys.Wiki)["keys"]!.AsArray()) Assert.DoesNotContain((string)key!["d"]!, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_that_is_too_long_is_bad_input()
    {
        ToolRun run = await ToolRun.InProcessAsync("issue", "--keys", _keys, "--provider", _folder.Write("long", new string(' ', 65_537)), "--user", "fred", "--url", Url);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("65,536 bytes", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_without_any_of_version_4_are_told_how_to_get_them()
    {
        string file = _folder.PathOf("old.keys");
        ThrowAwayKeys.Of("no id of version 4", 3).Save(file);
        ToolRun run = await ToolRun.InProcessAsync("issue", "--keys", file, "--provider", _provider, "--user", "fred", "--url", Url);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("publish-next", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is for one provider", "--user", "fred")]
    [InlineData("is for one provider", "--version", "4", "--user", "fred")]
    [InlineData("need a --user", "--version", "3")]
    [InlineData("need a --user", "--version", "warwick")]
    [InlineData("are for version 4", "--version", "3", "--user", "fred", "--provider", "x")]
    [InlineData("are for version 4", "--version", "2", "--user", "fred", "--base", "https://tracker.example")]
    [InlineData("are for version 4", "--version", "1", "--user", "fred", "--content", "x")]
    [InlineData("are for version 4", "--version", "warwick", "--user", "fred", "--content-type", "text/plain")]
    [InlineData("must not be empty", "--user", "fred", "--provider", "")]
    [InlineData("must not be empty", "--user", "fred", "--provider", "x", "--content", "")]
    [InlineData("no option", "--user", "fred", "--provider", "x", "--content", "-x")]
    public async Task Options_that_do_not_go_together_are_wrong_usage(string problem, params string[] options)
    {
        ToolRun run = await ToolRun.InProcessAsync(["issue", "--keys", _keys, "--url", Url, .. options]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void Post(JsonObject json, byte[]? content, string? type)
    {
        var request = (JsonObject)json["request"]!;
        request["method"] = "POST";
        if (content is not null) request["bodyBase64"] = Convert.ToBase64String(content);
        if (type is not null) request["headers"]!.AsArray().Add(new JsonArray("Content-Type", type));
    }

    private static async Task<JsonObject> JudgeAsync(ToolRun issued, Action<JsonObject>? change = null)
    {
        Assert.Equal((0, ""), (issued.ExitCode, issued.Error));
        JsonObject request = GoodCase.Create("4");
        request["request"]!["headers"] = new JsonArray([.. issued.Json.Select(header => new JsonArray(header.Key, (string)header.Value!))]);
        change?.Invoke(request);
        return (await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(request.ToJsonString()), "verify")).Json;
    }

    private Task<ToolRun> IssueAsync(params string[] options) => ToolRun.InProcessAsync(
        ["issue", "--keys", _keys, "--provider", _provider, "--at", GoodCase.Now.ToString(CultureInfo.InvariantCulture), .. options]);
}
