using TrustedApps.Trials;

namespace TrustedApps.Tool.Tests.Cases;

/// <summary>Cases whose requests name a grant that an earlier one of the sequence carried, and headers that must be bound.</summary>
public sealed class NamedGrantTests
{
    private static readonly JsonObject _trust = Version4Case.TrustOf(TestKeys.Wiki); // one text: its signature is random
    private static readonly FixedTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(GoodCase.Now));

    [Fact]
    public async Task Grant_is_named_after_it_was_sent_in_the_same_sequence()
    {
        TrialKeyGrant grant = await CreateAsync();
        JsonObject Named() => CaseOf(grant, isNamed: true);
        JsonObject Sent() => CaseOf(grant, isNamed: false);
        Assert.Equal(
            ["GRANT_NEEDED", "accepted", "accepted", "GRANT_NEEDED", "GRANT_NEEDED"],
            await JudgeAsync(In("a", Named()), In("a", Sent()), In("a", Named()), In("b", Named()), Named()));
    }

    [Fact]
    public async Task Trust_that_changes_within_a_sequence_needs_the_grant_again()
    {
        TrialKeyGrant grant = await CreateAsync();
        JsonObject changed = In("a", CaseOf(grant, isNamed: true));
        changed["trust"]![0]!["timeoutMs"] = 61_000;
        JsonObject unchanged = In("a", CaseOf(grant, isNamed: true));
        Assert.Equal(["accepted", "accepted", "GRANT_NEEDED"], await JudgeAsync(In("a", CaseOf(grant, isNamed: false)), unchanged, changed));
    }

    [Theory]
    [InlineData(true, "accepted")]
    [InlineData(false, "BAD_SIGNATURE")]
    public async Task Header_of_the_provider_s_list_must_be_bound_where_it_is_there(bool isBound, string expected)
    {
        JsonObject json = CaseOf(await CreateAsync(), isNamed: false, isBound ? [new("Idempotency-Key", "7")] : []);
        json["provider"]!["requiredHeaders"] = new JsonArray("If-Match", "Idempotency-Key");
        json["request"]!["headers"]!.AsArray().Add(new JsonArray("idempotency-key", "7"));
        Assert.Equal([expected], await JudgeAsync(json));
    }

    [Theory]
    [InlineData("""["cookie"]""", "'cookie' cannot be bound")]
    [InlineData("\"If-Match\"", "provider.requiredHeaders is not a list")]
    [InlineData("[1]", "provider.requiredHeaders[0] is not a string")]
    public async Task List_that_cannot_be_makes_the_case_invalid(string list, string problem)
    {
        JsonObject json = In("a", CaseOf(await CreateAsync(), isNamed: false)), good = In("a", CaseOf(await CreateAsync(), isNamed: false));
        json["provider"]!["requiredHeaders"] = JsonNode.Parse(list);
        ToolRun run = await RunAsync(json, good, json);
        JsonNode[] results = [.. run.Lines.Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(["invalid", "accepted", "invalid"], results.Select(result => (string?)result["status"]));
        Assert.Contains(problem, (string?)results[0]["detail"], StringComparison.Ordinal);
    }

    private static JsonObject CaseOf(TrialKeyGrant grant, bool isNamed, params KeyValuePair<string, string>[] boundHeaders)
    {
        var request = new OutgoingRequest { Url = "https://tracker.example/rest/issues?mine=1", User = "fred", BoundHeaders = boundHeaders };
        JsonObject json = GoodCase.Create(grant.Issue(TestKeys.Wiki, request, isNamed, _clock), _trust.DeepClone().AsObject());
        json["provider"] = Version4Case.Provider();
        return json;
    }

    private static JsonObject In(string sequence, JsonObject json)
    {
        json["sequence"] = sequence;
        return json;
    }

    private static async Task<TrialKeyGrant> CreateAsync() => await TrialKeyGrant.CreateAsync(
        TestKeys.Wiki, TestKeys.Tracker.ToCertificate(), BaseUrl.Parse(Version4Case.Origin), time: _clock, cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<string[]> JudgeAsync(params JsonObject[] cases) =>
        [.. (await RunAsync(cases)).Lines.Select(line => JsonNode.Parse(line)!).Select(result => (string?)result["code"] ?? (string)result["status"]!)];

    private static Task<ToolRun> RunAsync(params JsonObject[] cases) =>
        ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(string.Join('\n', cases.Select(json => json.ToJsonString()))), "verify");
}
