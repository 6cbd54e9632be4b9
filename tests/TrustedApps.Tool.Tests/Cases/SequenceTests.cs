namespace TrustedApps.Tool.Tests.Cases;

public sealed class SequenceTests
{
    private static readonly JsonObject _trust = Version4Case.TrustOf(TestKeys.Wiki);
    private static readonly JsonObject _provider = Version4Case.Provider();

    [Fact]
    public async Task Cases_without_a_sequence_begin_with_nothing()
    {
        JsonObject good = GoodCase.Create("4");
        Assert.Equal(["accepted", "accepted"], await JudgeAsync(good, good));
    }

    [Theory]
    [InlineData("null")]
    [InlineData(null)]
    public async Task Sequence_of_null_is_none(string? sequence)
    {
        JsonObject good = GoodCase.Create("4");
        if (sequence is not null) good["sequence"] = JsonNode.Parse(sequence);
        Assert.Equal(["accepted", "accepted"], await JudgeAsync(good, good));
    }

    [Theory]
    [InlineData("4")]
    [InlineData("3")]
    [InlineData("2")]
    public async Task Cases_of_a_sequence_share_the_memory(string version)
    {
        JsonObject good = In("a", GoodCase.Create(version));
        good["trust"]![0]!["refuseReplays"] = true;
        Assert.Equal(["accepted", "REPLAYED", "REPLAYED"], await JudgeAsync(good, good, good));
    }

    [Fact]
    public async Task Empty_text_is_the_name_of_a_sequence_too()
    {
        JsonObject good = In("", GoodCase.Create("4"));
        Assert.Equal(["accepted", "REPLAYED"], await JudgeAsync(good, good));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("[\"a\"]")]
    public async Task Sequence_that_is_no_text_is_invalid(string sequence)
    {
        JsonObject broken = GoodCase.Create("4");
        broken["sequence"] = JsonNode.Parse(sequence);
        Assert.Equal(["invalid"], await JudgeAsync(broken));
    }

    [Fact]
    public async Task Sequences_that_are_interleaved_know_nothing_of_each_other()
    {
        JsonObject good = GoodCase.Create("4"), a = In("a", good), b = In("b", good);
        Assert.Equal(
            ["accepted", "accepted", "accepted", "REPLAYED", "REPLAYED", "accepted"],
            await JudgeAsync(a, b, good, a, b, good));
    }

    [Fact]
    public async Task Grant_is_kept_through_a_sequence()
    {
        AssertionIssuer issuer = Version4Case.NewIssuer();
        JsonObject[] cases = [.. Enumerable.Range(0, 3).Select(_ => In("a", CreateOf(issuer)))];
        Assert.Single(cases.Select(json => json["request"]!["headers"]!.AsArray().Single(header => (string)header![0]! == "X-Seraph-Trusted-App-Key")!.ToJsonString()).Distinct(StringComparer.Ordinal));
        Assert.Equal(["accepted", "accepted", "accepted"], await JudgeAsync(cases));
    }

    [Fact]
    public async Task Clock_goes_on_within_a_sequence()
    {
        JsonObject first = In("a", GoodCase.Create("4")), later = Changed(first, json => json["now"] = GoodCase.Now + 90_000), tooLate = Changed(first, json => json["now"] = GoodCase.Now + 91_000);
        Assert.Equal(["accepted", "REPLAYED", "OLD_CERT"], await JudgeAsync(first, later, tooLate));
    }

    [Fact]
    public async Task Changed_trust_keeps_the_memory()
    {
        JsonObject first = In("a", GoodCase.Create("4")), changed = Changed(first, json => json["trust"]![0]!["timeoutMs"] = 61_000);
        Assert.Equal(["accepted", "REPLAYED"], await JudgeAsync(first, changed));
    }

    [Fact]
    public async Task Changed_provider_keeps_the_memory()
    {
        JsonObject first = In("a", GoodCase.Create("4")), changed = Changed(first, json => json["provider"] = Version4Case.Provider(Version4Case.Origin, "https://tracker.internal"));
        Assert.Equal(["accepted", "REPLAYED"], await JudgeAsync(first, changed));
    }

    [Fact]
    public async Task Changed_users_count_at_once()
    {
        AssertionIssuer issuer = Version4Case.NewIssuer();
        JsonObject unknown = In("a", CreateOf(issuer, "wilma")), known = In("a", CreateOf(issuer, "wilma"));
        known["users"] = new JsonArray("wilma");
        Assert.Equal(["USER_UNKNOWN", "accepted"], await JudgeAsync(unknown, known));
    }

    // Two grants with one jti: the second is refused exactly as long as the first is kept.
    [Theory]
    [InlineData("nothing", "accepted BAD_GRANT")]
    [InlineData("same again", "accepted REPLAYED BAD_GRANT")]
    [InlineData("another trust changed", "accepted REPLAYED BAD_GRANT")]
    [InlineData("trust changed", "accepted REPLAYED BAD_GRANT")]
    [InlineData("trust changed and back", "accepted BAD_REMOTE_IP accepted")]
    [InlineData("trust removed and back", "accepted APP_UNKNOWN accepted")]
    [InlineData("trust spoiled and back", "accepted invalid accepted")]
    [InlineData("provider changed and back", "accepted BAD_AUDIENCE accepted")]
    public async Task Change_of_a_trust_drops_its_grants_even_if_it_is_taken_back(string between, string expected)
    {
        IReadOnlyList<(JsonObject Case, JsonObject Expect)> vector = Version4Vectors.CasesOf("replay-one-jti-another-session-key");
        JsonObject first = vector[0].Case, second = vector[1].Case;
        Action<JsonObject>? change = between switch
        {
            "same again" => json => json["id"] = "again",
            "another trust changed" => json => json["trust"]![1]!["timeoutMs"] = 61_000,
            "trust changed" => json => json["trust"]![0]!["timeoutMs"] = 61_000,
            "trust changed and back" => json => json["trust"]![0]!["addresses"] = new JsonArray("192.0.2.1"),
            "trust removed and back" => json => json["trust"]!.AsArray().RemoveAt(0),
            "trust spoiled and back" => json => json["trust"]![0]!["timeoutMs"] = 0,
            "provider changed and back" => json => json["provider"]!["baseUrls"] = new JsonArray("https://tracker.internal"),
            _ => null,
        };
        if (between == "trust changed") second["trust"]![0]!["timeoutMs"] = 61_000;
        JsonObject[] cases = change is null ? [first, second] : [first, Changed(first, change), second];
        Assert.Equal(expected.Split(' '), await JudgeAsync(cases));
    }

    [Fact]
    public async Task Line_that_is_no_case_leaves_its_sequence_as_it_was()
    {
        JsonObject good = In("a", GoodCase.Create("4")), broken = Changed(good, json => json["request"]!.AsObject().Remove("method"));
        Assert.Equal(["accepted", "invalid", "REPLAYED"], await JudgeAsync(good, broken, good));
    }

    [Fact]
    public async Task Versions_4_and_3_go_side_by_side_through_a_sequence()
    {
        JsonObject[] cases = [.. ((string[])["4", "3", "4", "3"]).Select(version => Changed(GoodCase.Create(version), json =>
        {
            json["sequence"] = "a";
            json["provider"] = Version4Case.Provider();
            json["trust"] = new JsonArray(GoodCase.Trust("wiki", "4"));
            json["trust"]![0]!["versions"] = new JsonArray("3", "4");
        }))];
        Assert.Equal(["accepted", "accepted", "accepted", "accepted"], await JudgeAsync(cases));
    }

    [Fact]
    public async Task Thousand_lines_in_four_sequences_are_judged_in_order()
    {
        AssertionIssuer issuer = Version4Case.NewIssuer();
        JsonObject[] cases = [.. Enumerable.Range(0, 500).Select(number => In($"{number % 4}", Changed(CreateOf(issuer), json => json["id"] = $"{number}")))];
        ToolRun run = await RunAsync([.. cases, .. cases]);

        Assert.Equal(1000, run.Lines.Length);
        Assert.Equal(Enumerable.Range(0, 1000).Select(number => $"{number % 500}"), run.Lines.Select(line => (string?)JsonNode.Parse(line)!["id"]));
        Assert.All(run.Lines[..500], line => Assert.Equal("accepted", Summarize(line)));
        Assert.All(run.Lines[500..], line => Assert.Equal("REPLAYED", Summarize(line)));
    }

    private static JsonObject CreateOf(AssertionIssuer issuer, string user = "fred")
    {
        JsonObject json = GoodCase.Create(issuer.Issue(user, $"{Version4Case.Origin}/rest"), _trust.DeepClone().AsObject(), "/rest");
        json["provider"] = _provider.DeepClone();
        return json;
    }

    private static JsonObject In(string sequence, JsonObject json) => Changed(json, copy => copy["sequence"] = sequence);

    private static JsonObject Changed(JsonObject json, Action<JsonObject> change)
    {
        var copy = (JsonObject)json.DeepClone();
        change(copy);
        return copy;
    }

    private static async Task<string[]> JudgeAsync(params JsonObject[] cases) => [.. (await RunAsync(cases)).Lines.Select(Summarize)];

    private static string Summarize(string line) => JsonNode.Parse(line) is var result && result!["code"] is { } code ? (string)code! : (string)result!["status"]!;

    private static Task<ToolRun> RunAsync(JsonObject[] cases) =>
        ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(string.Join('\n', cases.Select(json => json.ToJsonString()))), "verify");
}
