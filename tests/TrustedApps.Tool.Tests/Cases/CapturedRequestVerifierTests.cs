using TrustedApps.Tool.Cases;

namespace TrustedApps.Tool.Tests.Cases;

public sealed class CapturedRequestVerifierTests
{
    public static TheoryData<string> RequiredMembers { get; } =
    [
        "id", "now", "trust", "users", "deniedUsers", "request",
        "request.method", "request.scheme", "request.host", "request.pathBase", "request.target", "request.headers",
    ];

    public static TheoryData<string> RequiredMembersOfATrust { get; } = ["publicKey", "versions", "timeoutMs", "addresses", "urls"];

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("warwick")]
    public async Task Genuine_request_of_every_version_is_accepted(string version)
    {
        CaseResult result = await JudgeAsync(GoodCase.Create(version));
        Assert.Equal(new CaseResult("good", "accepted") { User = "fred", Application = "wiki", Version = version }, result);
    }

    [Fact]
    public async Task Request_without_headers_of_ours_is_none_of_ours()
    {
        JsonObject good = GoodCase.Create();
        good["request"]!["headers"] = new JsonArray(new JsonArray("Accept", "*/*"));
        CaseResult result = await JudgeAsync(good);
        Assert.Equal("none", result.Status);
        Assert.Contains("proxy", result.Detail, StringComparison.Ordinal);
        Assert.Equal((null, null, null, null, null), (result.User, result.Application, result.Version, result.Code, result.Error));
    }

    [Fact]
    public async Task Refusal_says_what_the_consumer_is_told_and_what_the_administrator_is_to_do()
    {
        JsonObject changed = GoodCase.Create();
        changed["request"]!["target"] = "/rest/other";
        CaseResult result = await JudgeAsync(changed);
        Assert.Equal(("refused", "BAD_SIGNATURE", "wiki", "3"), (result.Status, result.Code, result.Application, result.Version));
        Assert.StartsWith("BAD_SIGNATURE;\t", result.Error, StringComparison.Ordinal);
        Assert.Contains("does a proxy change host, path or query", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Warwick_refusal_has_the_message_of_its_own_header()
    {
        JsonObject changed = GoodCase.Create("warwick");
        changed["users"] = new JsonArray();
        CaseResult result = await JudgeAsync(changed);
        Assert.Equal(("USER_UNKNOWN", "Unknown user: fred"), (result.Code, result.Error));
    }

    [Theory, MemberData(nameof(RequiredMembers))]
    public async Task Case_without_a_required_member_is_invalid_and_the_member_is_named(string path)
    {
        JsonObject broken = GoodCase.Create();
        string name = Parent(broken, path, out JsonObject parent);
        parent.Remove(name);
        CaseResult result = await JudgeAsync(broken);
        Assert.Equal(("invalid", path == "id" ? null : "good"), (result.Status, result.Id));
        Assert.Contains($"has no member '{name}'", result.Detail, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(RequiredMembers))]
    public async Task Case_with_a_member_of_a_wrong_type_is_invalid_and_the_place_is_named(string path)
    {
        JsonObject broken = GoodCase.Create();
        string name = Parent(broken, path, out JsonObject parent);
        parent[name] = true;
        CaseResult result = await JudgeAsync(broken);
        Assert.Equal("invalid", result.Status);
        Assert.StartsWith($"{path} ", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "breaks off")]
    [InlineData("{", "breaks off")]
    [InlineData("not json", "not JSON")]
    [InlineData("{} {}", "two values")]
    [InlineData("[]", "not an object")]
    [InlineData("null", "not an object")]
    [InlineData("17", "not an object")]
    [InlineData("{\"id\":\"a\",\"id\":\"b\"}", "a member twice")]
    [InlineData("{\"id\":\"\\ud800\"}", "half a surrogate pair")]
    [InlineData("{\"\\ud800\":1}", "half a surrogate pair as a name")]
    [InlineData("{\"id\":\"a\",\"now\":1.5}", "half a millisecond")]
    [InlineData("{\"id\":\"a\",\"now\":99999999999999999999}", "more than 64 bits")]
    [InlineData("{\"id\":\"a\",\"now\":253402300800000}", "the year 10000")]
    [InlineData("// comment", "a comment")]
    [InlineData("\uFEFF{}", "a byte order mark")]
    public async Task Line_that_is_no_case_is_invalid(string line, string why)
    {
        CaseResult result = await JudgeAsync(line);
        Assert.True(result is { Status: "invalid", Detail.Length: > 0 }, why);
    }

    [Fact]
    public async Task Line_that_is_not_utf_8_is_invalid()
    {
        using var verifier = new CapturedRequestVerifier();
        CaseResult result = await verifier.VerifyAsync(new byte[] { (byte)'"', 0xFF, (byte)'"' }, TestContext.Current.CancellationToken);
        Assert.Equal(CaseResult.Invalid(null, "The line is not UTF-8 text."), result);
    }

    [Theory]
    [InlineData('[', ']')]
    [InlineData('{', '}')]
    public async Task Deep_nesting_is_invalid(char open, char close)
    {
        string nested = open == '['
            ? new string(open, 100_000) + new string(close, 100_000)
            : string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) + "1" + new string(close, 100_000);
        CaseResult result = await JudgeAsync($$"""{"id":"deep","expect":{{nested}}}""");
        Assert.Equal(("invalid", null), (result.Status, result.Id));
    }

    [Fact]
    public async Task Members_that_nobody_knows_are_ignored()
    {
        JsonObject good = GoodCase.Create();
        good["expect"] = new JsonObject { ["accept"] = false };
        good["category"] = 7;
        good["captured by"] = "barney";
        Assert.Equal("accepted", (await JudgeAsync(good)).Status);
    }

    [Theory, MemberData(nameof(RequiredMembersOfATrust))]
    public async Task Trust_without_a_required_member_spoils_the_requests_that_name_it(string name)
    {
        JsonObject broken = GoodCase.Create();
        ((JsonObject)broken["trust"]![0]!).Remove(name);
        CaseResult result = await JudgeAsync(broken);
        Assert.Equal(("invalid", "wiki", "3", null, null), (result.Status, result.Application, result.Version, result.Code, result.Error));
        Assert.Contains(name, result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("publicKey", "\"QQ==\"")]
    [InlineData("versions", "[]")]
    [InlineData("versions", "[\"4x\"]")]
    [InlineData("versions", "\"3\"")]
    [InlineData("timeoutMs", "0")]
    [InlineData("timeoutMs", "-1")]
    [InlineData("timeoutMs", "86400001")]
    [InlineData("timeoutMs", "9223372036854775807")]
    [InlineData("timeoutMs", "\"1\"")]
    [InlineData("addresses", "[]")]
    [InlineData("addresses", "[\"localhost\"]")]
    [InlineData("addresses", "[null]")]
    [InlineData("urls", "[\"rest\"]")]
    [InlineData("methods", "[]")]
    [InlineData("allowUsers", "[\"\"]")]
    [InlineData("denyUsers", "\"fred\"")]
    [InlineData("refuseReplays", "1")]
    [InlineData("allowWeakKeys", "\"true\"")]
    [InlineData("checkForwardedFor", "[]")]
    [InlineData("id", "\"tab\\tinside\"")]
    public async Task Trust_that_cannot_be_made_spoils_only_the_requests_that_name_it(string name, string json)
    {
        JsonObject broken = GoodCase.Create();
        var trust = (JsonObject)broken["trust"]![0]!;
        trust[name] = JsonNode.Parse(json);
        if (name == "id") SetHeader(broken, "X-Seraph-Trusted-App-ID", (string)trust["id"]!);
        CaseResult result = await JudgeAsync(broken);
        Assert.Equal(("invalid", null), (result.Status, result.Code));
        Assert.StartsWith("trust[0]", result.Detail, StringComparison.Ordinal);

        JsonObject good = GoodCase.Create();
        trust["id"] = name == "id" ? trust["id"]!.DeepClone() : "other";
        ((JsonArray)good["trust"]!).Add(trust.DeepClone());
        Assert.Equal("accepted", (await JudgeAsync(good)).Status);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Id_that_comes_more_than_once_is_spoiled(int times)
    {
        JsonObject broken = GoodCase.Create();
        for (int time = 1; time < times; time++) ((JsonArray)broken["trust"]!).Add(GoodCase.Trust("wiki"));
        CaseResult result = await JudgeAsync(broken);
        Assert.Equal(("invalid", $"trust[{times - 1}] has the id of another trust."), (result.Status, result.Detail));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"id\":7}")]
    [InlineData("7")]
    public async Task Trust_without_an_id_spoils_the_requests_for_which_there_is_no_other(string trust)
    {
        JsonObject good = GoodCase.Create();
        ((JsonArray)good["trust"]!).Add(JsonNode.Parse(trust));
        Assert.Equal("accepted", (await JudgeAsync(good)).Status);

        ((JsonArray)good["trust"]!).RemoveAt(0);
        CaseResult result = await JudgeAsync(good);
        Assert.Equal("invalid", result.Status);
        Assert.StartsWith("trust[0]", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Application_that_no_trust_names_is_refused()
    {
        JsonObject changed = GoodCase.Create();
        changed["trust"] = new JsonArray(GoodCase.Trust("other"));
        CaseResult result = await JudgeAsync(changed);
        Assert.Equal(("refused", "APP_UNKNOWN"), (result.Status, result.Code));
    }

    [Theory]
    [InlineData("methods", "[\"GET\"]", "accepted", null)]
    [InlineData("methods", "[\"POST\"]", "refused", "BAD_METHOD")]
    [InlineData("methods", "null", "accepted", null)]
    [InlineData("allowUsers", "[\"f*\"]", "accepted", null)]
    [InlineData("allowUsers", "[\"b*\"]", "refused", "PERMISSION_DENIED")]
    [InlineData("denyUsers", "[\"fred\"]", "refused", "PERMISSION_DENIED")]
    [InlineData("urls", "[\"/rest\"]", "accepted", null)]
    [InlineData("urls", "[\"/soap\"]", "refused", "BAD_URL")]
    [InlineData("addresses", "[\"192.0.2.0/24\"]", "accepted", null)]
    [InlineData("addresses", "[\"10.0.0.1\"]", "refused", "BAD_REMOTE_IP")]
    [InlineData("versions", "[\"2\",\"warwick\"]", "refused", "BAD_PROTOCOL_VERSION")]
    [InlineData("refuseReplays", "true", "accepted", null)]
    public async Task Conditions_of_the_trust_hold(string name, string json, string status, string? code)
    {
        JsonObject changed = GoodCase.Create();
        changed["trust"]![0]![name] = JsonNode.Parse(json);
        CaseResult result = await JudgeAsync(changed);
        Assert.Equal((status, code), (result.Status, result.Code));
    }

    [Fact]
    public async Task Method_that_no_trust_lists_is_refused()
    {
        JsonObject changed = GoodCase.Create();
        changed["request"]!["method"] = "DELETE";
        Assert.Equal("BAD_METHOD", (await JudgeAsync(changed)).Code);
    }

    [Theory]
    [InlineData(false, "accepted")]
    [InlineData(true, "refused")]
    public async Task Forwarded_addresses_count_only_where_the_trust_says_so(bool check, string status)
    {
        JsonObject changed = GoodCase.Create();
        changed["trust"]![0]!["addresses"] = new JsonArray("192.0.2.1");
        changed["trust"]![0]!["checkForwardedFor"] = check;
        ((JsonArray)changed["request"]!["headers"]!).Add(new JsonArray("x-forwarded-for", "10.0.0.1"));
        Assert.Equal(status, (await JudgeAsync(changed)).Status);
    }

    [Theory]
    [InlineData("fred", "barney", null)]
    [InlineData("fred", "fred", "PERMISSION_DENIED")]
    [InlineData("barney", "barney", "USER_UNKNOWN")]
    [InlineData("barney", "fred", "USER_UNKNOWN")]
    public async Task Denied_are_those_of_the_users_who_may_not_log_in(string user, string denied, string? code)
    {
        JsonObject changed = GoodCase.Create();
        (changed["users"], changed["deniedUsers"]) = (new JsonArray(user), new JsonArray(denied));
        Assert.Equal(code, (await JudgeAsync(changed)).Code);
    }

    [Theory]
    [InlineData("\"192.0.2.1\"", null)]
    [InlineData("\"::ffff:192.0.2.1\"", null)]
    [InlineData("\"192.0.2.001\"", "BAD_REMOTE_IP")]
    [InlineData("\"192.0.513\"", "BAD_REMOTE_IP")]
    [InlineData("\"[::ffff:192.0.2.1]:80\"", "BAD_REMOTE_IP")]
    [InlineData("\"somewhere\"", "BAD_REMOTE_IP")]
    [InlineData("\"\"", "BAD_REMOTE_IP")]
    [InlineData("null", "BAD_REMOTE_IP")]
    public async Task Remote_address_that_is_none_is_allowed_only_by_a_trust_that_allows_all(string address, string? code)
    {
        JsonObject changed = GoodCase.Create();
        changed["request"]!["remoteAddress"] = JsonNode.Parse(address);
        Assert.Null((await JudgeAsync(changed)).Code);

        changed["trust"]![0]!["addresses"] = new JsonArray("192.0.2.1");
        Assert.Equal(code, (await JudgeAsync(changed)).Code);
    }

    [Theory]
    [InlineData("[\"https://tracker.example\"]", "accepted", null)]
    [InlineData("[\"https://elsewhere.example\",\"https://tracker.example\"]", "accepted", null)]
    [InlineData("[\"http://tracker.example\"]", "refused", "BAD_URL")]
    [InlineData("[\"https://tracker.example/app\"]", "refused", "BAD_URL")]
    [InlineData("null", "accepted", null)]
    [InlineData("[]", "invalid", null)]
    [InlineData("[\"https://tracker.example/\"]", "invalid", null)]
    [InlineData("\"https://tracker.example\"", "invalid", null)]
    [InlineData("[null]", "invalid", null)]
    public async Task Base_urls_are_checked_where_they_are_given(string baseUrls, string status, string? code)
    {
        JsonObject changed = GoodCase.Create();
        changed["baseUrls"] = JsonNode.Parse(baseUrls);
        CaseResult result = await JudgeAsync(changed);
        Assert.Equal((status, code), (result.Status, result.Code));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Forgeable_version_over_http_is_examined_all_the_same(string version)
    {
        JsonObject changed = GoodCase.Create(version);
        changed["baseUrls"] = new JsonArray("http://tracker.example", "https://tracker.example");
        Assert.Equal("accepted", (await JudgeAsync(changed)).Status);
    }

    [Fact]
    public async Task Header_that_comes_twice_in_whatever_case_is_refused()
    {
        JsonObject changed = GoodCase.Create();
        var headers = (JsonArray)changed["request"]!["headers"]!;
        headers.Add(new JsonArray("x-seraph-trusted-app-id", "wiki"));
        CaseResult result = await JudgeAsync(changed);
        Assert.Equal("SYSTEM", result.Code);
        Assert.Contains("more than once", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[\"X\"]")]
    [InlineData("[\"X\",\"1\",\"2\"]")]
    [InlineData("[\"X\",null]")]
    [InlineData("[\"X\",1]")]
    [InlineData("{\"X\":\"1\"}")]
    [InlineData("\"X: 1\"")]
    public async Task Header_that_is_not_a_name_and_a_value_is_invalid(string header)
    {
        JsonObject broken = GoodCase.Create();
        ((JsonArray)broken["request"]!["headers"]!).Insert(0, JsonNode.Parse(header));
        CaseResult result = await JudgeAsync(broken);
        Assert.Equal("invalid", result.Status);
        Assert.StartsWith("request.headers[0]", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hundred_thousand_headers_of_one_name_are_read()
    {
        JsonObject changed = GoodCase.Create();
        string line = changed.ToJsonString().Replace(
            "\"headers\":[", "\"headers\":[" + string.Concat(Enumerable.Repeat("[\"a\",\"\"],", 100_000)), StringComparison.Ordinal);
        Assert.Equal("accepted", (await JudgeAsync(line)).Status);
    }

    [Fact]
    public async Task Every_case_starts_with_an_empty_memory()
    {
        JsonObject good = GoodCase.Create("2");
        good["trust"]![0]!["refuseReplays"] = true;
        Assert.Equal("accepted", (await JudgeAsync(good)).Status);
        Assert.Equal("accepted", (await JudgeAsync(good)).Status);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(60_000, null)]
    [InlineData(60_001, "OLD_CERT")]
    [InlineData(-960_000, null)]
    [InlineData(-960_001, "FUTURE_CERT")]
    public async Task Clock_is_the_one_of_the_case(long later, string? code)
    {
        JsonObject changed = GoodCase.Create();
        changed["now"] = GoodCase.Now + later;
        Assert.Equal(code, (await JudgeAsync(changed)).Code);
    }

    private static string Parent(JsonObject root, string path, out JsonObject parent)
    {
        string[] names = path.Split('.');
        parent = names.Length == 1 ? root : root[names[0]]!.AsObject();
        return names[^1];
    }

    private static void SetHeader(JsonObject request, string name, string value)
    {
        JsonNode header = ((JsonArray)request["request"]!["headers"]!).Single(candidate => (string)candidate![0]! == name)!;
        header[1] = value;
    }

    private static Task<CaseResult> JudgeAsync(JsonObject json) => JudgeAsync(json.ToJsonString());

    private static async Task<CaseResult> JudgeAsync(string line)
    {
        using var verifier = new CapturedRequestVerifier();
        return await verifier.VerifyAsync(Encoding.UTF8.GetBytes(line), TestContext.Current.CancellationToken);
    }
}
