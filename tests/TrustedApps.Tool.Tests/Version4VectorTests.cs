using TrustedApps.Certificates;

namespace TrustedApps.Tool.Tests;

public sealed class Version4VectorTests
{
    private static readonly string[] _privateMembers = ["d", "p", "q", "dp", "dq", "qi"];

    public static TheoryData<string> Requests { get; } = [.. Version4Vectors.Requests.Keys];

    public static TheoryData<string> Certificates { get; } = [.. Version4Vectors.Certificates.Keys];

    [Theory, MemberData(nameof(Requests))]
    public async Task Every_case_of_a_scenario_has_the_expected_verdict(string id)
    {
        IReadOnlyList<(JsonObject Case, JsonObject Expect)> cases = Version4Vectors.CasesOf(id);
        ToolRun run = await VerifyAsync(cases.Select(one => one.Case));

        Assert.Equal(cases.Count, run.Lines.Length);
        for (int index = 0; index < cases.Count; index++) AssertVerdict(cases[index].Expect, run.Lines[index]);
        Assert.True(JsonNode.DeepEquals(cases[^1].Expect, Version4Vectors.Requests[id]["expect"]), "The verdict of the scenario is that of its last case.");
    }

    [Fact]
    public async Task Scenarios_that_are_mixed_in_one_file_have_the_same_verdicts()
    {
        (JsonObject Case, JsonObject Expect)[] mixed =
        [
            .. Version4Vectors.Requests.Keys
                .SelectMany(id => Version4Vectors.CasesOf(id).Select((one, index) => (index, one)))
                .OrderBy(pair => pair.index)
                .Select(pair => pair.one),
        ];
        ToolRun run = await VerifyAsync(mixed.Select(one => one.Case));

        Assert.Equal(mixed.Length, run.Lines.Length);
        for (int index = 0; index < mixed.Length; index++) AssertVerdict(mixed[index].Expect, run.Lines[index]);
        Assert.All(SecretsOf(Version4Vectors.Keys["tracker.keys"]), secret => Assert.DoesNotContain(secret, run.Output, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Certificates))]
    public void Certificate_is_read_or_refused_as_expected(string id)
    {
        JsonObject vector = Version4Vectors.Certificates[id];
        byte[] document = Encoding.UTF8.GetBytes((string)vector["document"]!);
        bool isRead = ApplicationCertificate.TryRead(document, DateTimeOffset.FromUnixTimeSeconds((long)vector["now"]!), out ApplicationCertificate? certificate, out string? problem);

        JsonNode expect = vector["expect"]!;
        Assert.Equal((string)expect["outcome"]! == "accepted", isRead);
        Assert.Equal(((string?)expect["id"], (string?)expect["name"]), (certificate?.Id, certificate?.Name));
        Assert.Equal(isRead, problem is null);
    }

    [Fact]
    public void Every_section_has_cases_that_are_accepted_and_such_as_are_refused()
    {
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8"], SectionsOf("accepted").Intersect(SectionsOf("refused")).Order(StringComparer.Ordinal));
        Assert.Equal(["1", "2"], Version4Vectors.Certificates.Values.Select(vector => (string)vector["section"]!).Distinct().Order(StringComparer.Ordinal));

        static IEnumerable<string> SectionsOf(string outcome) => Version4Vectors.Requests.Values
            .Where(vector => vector["cases"]!.AsArray().Any(one => (string)one!["expect"]!["outcome"]! == outcome))
            .Select(vector => (string)vector["section"]!);
    }

    [Theory]
    [InlineData("GRANT_NEEDED", "BAD_GRANT", "BAD_AUDIENCE", "BAD_MAGIC", "SYSTEM", "OLD_CERT", "FUTURE_CERT", "BAD_SIGNATURE", "BAD_DIGEST", "CONTENT_TOO_LARGE")]
    [InlineData("BAD_METHOD", "REPLAYED", "PERMISSION_DENIED", "USER_UNKNOWN", "APP_UNKNOWN", "BAD_PROTOCOL_VERSION", "BAD_REMOTE_IP", "BAD_URL", "APP_ID_NOT_FOUND")]
    public void Every_code_of_a_refusal_has_a_scenario(params string[] codes)
    {
        string[] given = [.. Version4Vectors.Requests.Values.Select(vector => vector["expect"]!["codes"]).OfType<JsonArray>().Where(list => list.Count == 1).Select(list => (string)list[0]!)];
        Assert.All(codes, code => Assert.Contains(code, given, StringComparer.Ordinal));
    }

    [Fact]
    public void Table_of_the_readme_names_every_file_with_its_section_and_verdict()
    {
        Dictionary<string, string> rows = Version4Vectors.Readme.Split('\n').Where(line => line.StartsWith("| [", StringComparison.Ordinal)).Select(ReadRow).ToDictionary(StringComparer.Ordinal);
        Dictionary<string, string> files = Describe("requests", Version4Vectors.Requests).Concat(Describe("certificates", Version4Vectors.Certificates)).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(files.OrderBy(file => file.Key, StringComparer.Ordinal), rows.OrderBy(row => row.Key, StringComparer.Ordinal));

        static IEnumerable<KeyValuePair<string, string>> Describe(string folder, IReadOnlyDictionary<string, JsonObject> vectors) => vectors.Select(vector =>
            KeyValuePair.Create($"{folder}/{vector.Key}.json", $"{(string)vector.Value["section"]!}: {(vector.Value["expect"]!["codes"] is JsonArray codes ? string.Join(" or ", codes.Select(code => (string)code!)) : (string)vector.Value["expect"]!["outcome"]!)}"));
    }

    [Fact]
    public void Every_file_has_its_id_a_title_and_the_sentence_that_it_proves()
    {
        Assert.All(Version4Vectors.Requests.Concat(Version4Vectors.Certificates), vector =>
        {
            Assert.Equal(vector.Key, (string)vector.Value["id"]!);
            Assert.All((string[])["title", "rule", "section"], member => Assert.NotEmpty((string)vector.Value[member]!));
        });
        Assert.All(Version4Vectors.Requests, vector => Assert.All(vector.Value["cases"]!.AsArray(), one => Assert.Equal(vector.Key, (string)one!["sequence"]!)));
    }

    [Fact]
    public void Every_file_with_a_private_key_says_that_it_is_for_tests()
    {
        KeyValuePair<string, JsonObject>[] secret = [.. Version4Vectors.Keys.Where(file => file.Key.EndsWith(".keys", StringComparison.Ordinal))];
        Assert.NotEmpty(secret);
        Assert.All(secret, file => Assert.StartsWith("TEST KEY", (string)file.Value["warning"]!, StringComparison.Ordinal));
        Assert.All(Version4Vectors.Keys.Except(secret), file => Assert.Empty(SecretsOf(file.Value)));
    }

    [Fact]
    public void All_files_together_stay_small() => Assert.InRange(Version4Vectors.Size, 1, 3_000_000);

    private static void AssertVerdict(JsonObject expect, string line)
    {
        JsonNode result = JsonNode.Parse(line)!;
        Assert.True((string)expect["outcome"]! == (string)result["status"]!, line);
        if ((string)expect["outcome"]! == "accepted") Assert.Equal((string?)expect["user"], (string?)result["user"]);
        if (expect["codes"] is not JsonArray codes) return;

        Assert.Contains((string)result["code"]!, codes.Select(code => (string)code!), StringComparer.Ordinal);
        Assert.DoesNotContain((string[])["fred", "barney", "wilma"], user => ((string)result["error"]!).Contains(user, StringComparison.Ordinal)); // section 5: no decrypted claims
    }

    private static IEnumerable<string> SecretsOf(JsonNode keys)
    {
        if (keys["keys"] is not JsonNode list) return [];
        JsonArray items = list as JsonArray ?? list["keys"]!.AsArray();
        return items.SelectMany(key => _privateMembers.Select(name => (string?)key![name])).OfType<string>();
    }

    private static async Task<ToolRun> VerifyAsync(IEnumerable<JsonObject> cases)
    {
        ToolRun run = await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(string.Join('\n', cases.Select(one => one.ToJsonString()))), "verify");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }

    // A row is "| [id](folder/id.json) | section | verdict, user |".
    private static KeyValuePair<string, string> ReadRow(string row)
    {
        string[] cells = row.Split(" | ");
        return KeyValuePair.Create(cells[0].Split('(', ')')[1], $"{cells[1]}: {cells[2].TrimEnd('|', ' ', '\r').Split(',')[0]}");
    }
}
