using TrustedApps.Keys;

namespace TrustedApps.Tool.Tests.Cases;

public sealed class Version4CaseTests
{
    private static readonly byte[] _content = [1, 2, 3];

    [Fact]
    public async Task Genuine_request_is_accepted()
    {
        JsonNode result = await JudgeAsync(GoodCase.Create("4"));
        Assert.Equal(("accepted", "fred", "wiki", "4", null), ((string?)result["status"], (string?)result["user"], (string?)result["application"], (string?)result["version"], (string?)result["detail"]));
    }

    [Theory]
    [InlineData("beside")]
    [InlineData("in place")]
    [InlineData("text")]
    public async Task Certificate_stands_beside_the_public_key_or_in_its_place(string how)
    {
        JsonObject json = GoodCase.Create("4");
        var trust = (JsonObject)json["trust"]![0]!;
        if (how != "beside") trust.Remove("publicKey");
        if (how == "text") trust["certificate"] = Encoding.UTF8.GetString(TestKeys.Wiki.ToCertificate().ToBytes());
        Assert.Equal("accepted", (string?)(await JudgeAsync(json))["status"]);
    }

    [Fact]
    public async Task Certificate_of_another_id_spoils_the_trust()
    {
        JsonObject json = GoodCase.Create("4");
        json["trust"]![0]!["certificate"] = Version4Case.CertificateOf(TestKeys.Blog);
        await AssertInvalidAsync(json, "trust[0].certificate is another application's.");
    }

    [Theory]
    [InlineData("null", "has no certificate")]
    [InlineData("{}", "trust[0].certificate: ")]
    [InlineData("[]", "trust[0].certificate: ")]
    [InlineData("\"\"", "trust[0].certificate: ")]
    [InlineData("1", "trust[0].certificate: ")]
    [InlineData("{\"payload\":\"\\ud800\"}", "trust[0].certificate holds half a surrogate pair")]
    [InlineData("[\"\\udc00\"]", "trust[0].certificate holds half a surrogate pair")]
    [InlineData("\"\\ud800\"", "trust[0].certificate holds half a surrogate pair")]
    public async Task Certificate_that_is_none_spoils_the_trust(string certificate, string problem)
    {
        JsonObject json = GoodCase.Create("4");
        json["trust"]![0]!["certificate"] = "here";
        await AssertInvalidAsync(json.ToJsonString().Replace("\"here\"", certificate, StringComparison.Ordinal), problem);
    }

    [Theory]
    [InlineData(-3600, true)]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public async Task Certificate_is_read_by_the_clock_of_its_case(int seconds, bool isRead)
    {
        DateTimeOffset issuedAt = DateTimeOffset.FromUnixTimeMilliseconds(GoodCase.Now).AddSeconds(seconds);
        ApplicationKeys keys = ThrowAwayKeys.Of("wiki", 3, issuedAt);
        JsonObject json = GoodCase.Create(Version4Case.NewIssuer(keys).Issue("fred", "https://tracker.example/rest/issues?mine=1"), Version4Case.TrustOf(keys));
        json["provider"] = Version4Case.Provider();
        if (isRead) Assert.Equal("accepted", (string?)(await JudgeAsync(json))["status"]);
        else await AssertInvalidAsync(json, "trust[0].certificate: ");
    }

    [Fact]
    public async Task Certificate_of_today_is_not_known_at_a_time_that_is_past()
    {
        JsonObject json = GoodCase.Create("4");
        long past = TimeProvider.System.GetUtcNow().AddDays(-7).ToUnixTimeMilliseconds();
        json["now"] = past;
        json["request"]!["headers"] = GoodCase.ToJson(Version4Case.NewIssuer(now: past).Issue("fred", "https://tracker.example/rest/issues?mine=1"));
        await AssertInvalidAsync(json, "trust[0].certificate: ");
    }

    [Fact]
    public async Task Certificate_with_a_changed_signature_spoils_the_trust()
    {
        JsonObject json = GoodCase.Create("4");
        JsonNode signature = json["trust"]![0]!["certificate"]!["signatures"]![0]!;
        signature["signature"] = Version4Case.CertificateOf(TestKeys.Blog)["signatures"]![0]!["signature"]!.DeepClone();
        await AssertInvalidAsync(json, "trust[0].certificate: ");
    }

    [Theory]
    [InlineData(999, "15 minutes")]
    [InlineData(900_001, "15 minutes")]
    [InlineData(0, "86400000")]
    public async Task Time_out_that_version_4_does_not_have_spoils_the_trust(long milliseconds, string problem)
    {
        JsonObject json = GoodCase.Create("4");
        json["trust"]![0]!["timeoutMs"] = milliseconds;
        await AssertInvalidAsync(json, problem);
    }

    [Theory]
    [InlineData(1_000, 31, null)]
    [InlineData(1_000, 32, "OLD_CERT")]
    [InlineData(900_000, 600, null)]
    [InlineData(900_000, 631, "OLD_CERT")]
    public async Task Time_out_of_the_trust_counts_and_so_does_the_life_of_the_grant(long milliseconds, int later, string? code)
    {
        JsonObject json = GoodCase.Create("4");
        json["trust"]![0]!["timeoutMs"] = milliseconds;
        json["now"] = GoodCase.Now + (later * 1000L);
        Assert.Equal(code, (string?)(await JudgeAsync(json))["code"]);
    }

    [Theory]
    [InlineData("allowSelf", "1")]
    [InlineData("allowSelf", "\"true\"")]
    [InlineData("allowUnboundContent", "[]")]
    public async Task Flag_that_is_none_spoils_the_trust(string flag, string value)
    {
        JsonObject json = GoodCase.Create("4");
        json["trust"]![0]![flag] = JsonNode.Parse(value);
        await AssertInvalidAsync(json, $"trust[0].{flag} is neither true nor false.");
    }

    [Theory]
    [InlineData("null", "PERMISSION_DENIED")]
    [InlineData("false", "PERMISSION_DENIED")]
    [InlineData("true", null)]
    public async Task Application_acts_as_itself_only_where_the_trust_says_so(string flag, string? code)
    {
        JsonObject json = CreateOf(Version4Case.NewIssuer().Issue(null, $"{Version4Case.Origin}/rest"), "/rest");
        json["trust"]![0]!["allowSelf"] = JsonNode.Parse(flag);
        Assert.Equal(code, (string?)(await JudgeAsync(json))["code"]);
    }

    [Theory]
    [InlineData("null", "BAD_DIGEST")]
    [InlineData("false", "BAD_DIGEST")]
    [InlineData("true", null)]
    public async Task Content_is_left_unbound_only_where_the_trust_says_so(string flag, string? code)
    {
        JsonObject json = CreateOf(Version4Case.NewIssuer().Issue("fred", $"{Version4Case.Origin}/rest", "GET", ContentBinding.Unbound(null)), "/rest");
        json["trust"]![0]!["allowUnboundContent"] = JsonNode.Parse(flag);
        json["request"]!["bodyBase64"] = Convert.ToBase64String(_content);
        Assert.Equal(code, (string?)(await JudgeAsync(json))["code"]);
    }

    [Theory]
    [InlineData("\"AQID\"", null)]
    [InlineData("\"AQIE\"", "BAD_DIGEST")]
    [InlineData("\"\"", "BAD_DIGEST")]
    [InlineData("null", "BAD_DIGEST")]
    public async Task Content_is_that_of_bodyBase64(string body, string? code)
    {
        JsonObject json = CreateOf(Version4Case.NewIssuer().Issue("fred", $"{Version4Case.Origin}/rest", "GET", ContentBinding.Of(_content, null)), "/rest");
        json["request"]!["bodyBase64"] = JsonNode.Parse(body);
        Assert.Equal(code, (string?)(await JudgeAsync(json))["code"]);
    }

    [Theory]
    [InlineData("\"*\"")]
    [InlineData("\"AQI\"")]
    [InlineData("1")]
    [InlineData("[1]")]
    public async Task Content_that_is_no_base64_is_invalid(string body)
    {
        JsonObject json = GoodCase.Create("4");
        json["request"]!["bodyBase64"] = JsonNode.Parse(body);
        await AssertInvalidAsync(json, "request.bodyBase64 is not base64.");
    }

    [Theory]
    [InlineData("[\"https://tracker.example\"]", null, null)]
    [InlineData(null, "[\"https://tracker.example\"]", null)]
    [InlineData("[\"https://a.example\",\"https://tracker.example\"]", null, null)]
    [InlineData("[\"https://tracker.example\"]", "[\"https://a.example\"]", null)]
    [InlineData("[\"https://a.example\"]", "[\"https://tracker.example\"]", "BAD_AUDIENCE")]
    [InlineData(null, "[\"https://a.example\"]", "BAD_AUDIENCE")]
    [InlineData(null, null, null)]
    public async Task Base_urls_stand_in_the_provider_or_beside_it_and_the_former_count(string? ofProvider, string? beside, string? code)
    {
        JsonObject json = GoodCase.Create("4");
        json["provider"]!["baseUrls"] = ofProvider is null ? null : JsonNode.Parse(ofProvider);
        if (beside is not null) json["baseUrls"] = JsonNode.Parse(beside);
        Assert.Equal(code, (string?)(await JudgeAsync(json))["code"]);
    }

    [Theory]
    [InlineData("[]", "provider.baseUrls is empty")]
    [InlineData("[\"https://tracker.example/\"]", "provider.baseUrls[0] is no base URL")]
    [InlineData("\"https://tracker.example\"", "provider.baseUrls is not a list")]
    public async Task Base_urls_of_the_provider_that_are_none_are_invalid(string baseUrls, string problem)
    {
        JsonObject json = GoodCase.Create("4");
        json["provider"]!["baseUrls"] = JsonNode.Parse(baseUrls);
        await AssertInvalidAsync(json, problem);
    }

    [Fact]
    public async Task Provider_with_another_id_than_its_keys_is_invalid()
    {
        JsonObject json = GoodCase.Create("4");
        json["provider"]!["id"] = "other";
        await AssertInvalidAsync(json, "provider.id is not 'tracker', to whom the keys belong.");
    }

    [Theory]
    [InlineData("id", "has no member 'id'")]
    [InlineData("keys", "has no member 'keys'")]
    public async Task Provider_without_id_or_keys_is_invalid(string member, string problem)
    {
        JsonObject json = GoodCase.Create("4");
        ((JsonObject)json["provider"]!).Remove(member);
        await AssertInvalidAsync(json, problem);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"keys\"")]
    [InlineData("{\"id\":\"tracker\",\"keys\":[]}")]
    [InlineData("{\"id\":\"tracker\",\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"n\":\"secret-n\",\"d\":\"secret-d\"}]}")]
    public async Task Key_ring_that_is_none_is_invalid_and_not_repeated(string keys)
    {
        JsonObject json = GoodCase.Create("4");
        json["provider"]!["keys"] = JsonNode.Parse(keys);
        JsonNode result = await AssertInvalidAsync(json, "provider.keys is no key ring, as 'trusted-apps keys new' writes it.");
        Assert.DoesNotContain("secret", result.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("\"tracker\"")]
    public async Task Provider_that_is_no_object_is_invalid(string provider)
    {
        JsonObject json = GoodCase.Create("4");
        json["provider"] = JsonNode.Parse(provider);
        await AssertInvalidAsync(json, "provider is not an object.");
    }

    [Fact]
    public async Task Without_a_provider_version_4_cannot_be_judged()
    {
        JsonObject json = GoodCase.Create("4");
        json.Remove("provider");
        await AssertInvalidAsync(json, "The case has no provider");
        json["trust"] = new JsonArray();
        Assert.Equal(("refused", "APP_UNKNOWN"), Summary(await JudgeAsync(json)));
    }

    [Fact]
    public async Task Other_versions_need_no_provider_and_mind_none()
    {
        JsonObject json = GoodCase.Create("3");
        Assert.Equal(("accepted", null), Summary(await JudgeAsync(json)));
        json["provider"] = Version4Case.Provider();
        Assert.Equal(("accepted", null), Summary(await JudgeAsync(json)));
    }

    [Fact]
    public async Task Grant_for_another_provider_is_refused()
    {
        JsonObject json = GoodCase.Create("4");
        json["provider"]!["id"] = "blog";
        json["provider"]!["keys"] = Version4Case.KeyRingOf(TestKeys.Blog);
        Assert.Equal(("refused", "BAD_AUDIENCE"), Summary(await JudgeAsync(json)));
    }

    [Theory]
    [InlineData("4", "accepted", null)]
    [InlineData("3", "accepted", null)]
    [InlineData("2", "refused", "BAD_PROTOCOL_VERSION")]
    public async Task Versions_4_and_3_are_trusted_together(string version, string status, string? code)
    {
        JsonObject json = GoodCase.Create(version);
        json["provider"] = Version4Case.Provider();
        json["trust"]![0]!["versions"] = new JsonArray("4", "3");
        json["trust"]![0]!["certificate"] = Version4Case.CertificateOf(TestKeys.Wiki);
        Assert.Equal((status, code), Summary(await JudgeAsync(json)));
    }

    [Theory]
    [InlineData("publicKey", "no publicKey, without which no older version")]
    [InlineData("certificate", "no certificate, without which version 4")]
    public async Task Trust_in_versions_4_and_3_needs_certificate_and_public_key(string missing, string problem)
    {
        JsonObject json = GoodCase.Create("4");
        json["trust"]![0]!["versions"] = new JsonArray("3", "4");
        json["trust"]![0]!.AsObject().Remove(missing);
        await AssertInvalidAsync(json, problem);
    }

    [Fact]
    public async Task Key_that_serves_versions_4_and_3_spoils_the_trust()
    {
        JsonObject json = GoodCase.Create("4");
        json["trust"]![0]!["versions"] = new JsonArray("3", "4");
        json["trust"]![0]!["publicKey"] = TestKeys.Wiki.ToCertificate().SigningKeys[0].ToBase64();
        await AssertInvalidAsync(json, "trust[0] cannot be made");
    }

    [Theory]
    [InlineData("methods", "[\"POST\"]", "BAD_METHOD")]
    [InlineData("urls", "[\"/soap\"]", "BAD_URL")]
    [InlineData("addresses", "[\"10.0.0.1\"]", "BAD_REMOTE_IP")]
    [InlineData("allowUsers", "[\"b*\"]", "PERMISSION_DENIED")]
    [InlineData("denyUsers", "[\"fred\"]", "PERMISSION_DENIED")]
    public async Task Conditions_of_the_trust_hold(string name, string value, string code)
    {
        JsonObject json = GoodCase.Create("4");
        json["trust"]![0]![name] = JsonNode.Parse(value);
        Assert.Equal(("refused", code), Summary(await JudgeAsync(json)));
    }

    [Theory]
    [InlineData("http://tracker.example/rest/issues?mine=1", null)]
    [InlineData("HTTPS://elsewhere.example/rest/issues?mine=1", null)]
    [InlineData("https://tracker.example/rest/issues", "BAD_SIGNATURE")]
    [InlineData("https://tracker.example/rest/issues?mine=1#x", "SYSTEM")]
    [InlineData("tracker.example:443", "SYSTEM")]
    [InlineData("*", "SYSTEM")]
    [InlineData("", "SYSTEM")]
    public async Task Target_may_be_a_whole_url_of_which_path_and_query_count(string target, string? code)
    {
        JsonObject json = GoodCase.Create("4");
        json["request"]!["target"] = target;
        Assert.Equal(code, (string?)(await JudgeAsync(json))["code"]);
    }

    private static JsonObject CreateOf(AssertionHeaders headers, string target)
    {
        JsonObject json = GoodCase.Create(headers, Version4Case.TrustOf(TestKeys.Wiki), target);
        json["provider"] = Version4Case.Provider();
        return json;
    }

    private static (string? Status, string? Code) Summary(JsonNode result) => ((string?)result["status"], (string?)result["code"]);

    private static Task<JsonNode> AssertInvalidAsync(JsonObject json, string problem) => AssertInvalidAsync(json.ToJsonString(), problem);

    // Whatever is wrong, the output never holds a private part of the provider's keys.
    private static async Task<JsonNode> AssertInvalidAsync(string line, string problem)
    {
        ToolRun run = await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(line), "verify");
        Assert.Equal((0, "", "invalid", null), (run.ExitCode, run.Error, (string?)run.Json["status"], (string?)run.Json["code"]));
        Assert.Contains(problem, (string?)run.Json["detail"], StringComparison.Ordinal);
        foreach (JsonNode? key in Version4Case.KeyRingOf(TestKeys.Tracker)["keys"]!.AsArray()) Assert.DoesNotContain((string)key!["d"]!, run.Output, StringComparison.Ordinal);
        return run.Json;
    }

    private static async Task<JsonNode> JudgeAsync(JsonObject json) => (await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(json.ToJsonString()), "verify")).Json;
}
