namespace TrustedApps.Tool.Tests.Commands;

public sealed class ErrorVectorTests
{
    // Values that the reference reads and we do not: a value has exactly three parts, the third a JSON array of strings
    // (legacy.md, section 1).
    private static readonly Dictionary<string, string> _stricter = new(StringComparer.Ordinal)
    {
        ["parse-trailing-seps"] = "five parts",
        ["parse-single-quotes"] = "strings in single quotes",
        ["parse-unquoted-two"] = "strings without quotes",
        ["parse-numbers"] = "numbers",
        ["parse-trailing-comma"] = "a comma before the end",
        ["parse-no-close-comma"] = "no end",
        ["parse-comment-star"] = "a comment",
        ["parse-bool"] = "true",
        ["parse-tab-escape"] = "a plain tab in a string",
    };

    // Values that hold characters outside 0x20 to 0x7E, or more than 200 of them: a header cannot carry these.
    private static readonly Dictionary<string, string> _written = new(StringComparer.Ordinal)
    {
        ["format-params-controls"] = """["\u0008\u000c\u000a\u000d\u0009","\u0000\u0001\u001f","\u007f"]""",
        ["format-params-c1"] = """["\u0080\u0085\u009f\u00a0\u00ff"]""",
        ["format-params-cjk"] = """["\u65e5\u672c\u8a9e"]""",
        ["format-params-sep"] = """[";\u0009",";","\u0009"]""",
        ["format-params-long"] = $"[\"{new string('x', 200)}\"]",
    };

    public static TheoryData<string> Read { get; } = [.. Ids("error-parse").Where(id => Verdict(id)["code"] is not null && !_stricter.ContainsKey(id))];

    public static TheoryData<string> Refused { get; } = [.. Ids("error-parse").Where(id => Verdict(id)["code"] is null), .. _stricter.Keys];

    public static TheoryData<string> Written { get; } = [.. Ids("error-format")];

    [Theory, MemberData(nameof(Read))]
    public async Task Value_that_the_reference_reads_is_explained_alike(string id)
    {
        JsonNode verdict = Verdict(id);
        ToolRun run = await ToolRun.InProcessAsync("explain", (string)Vectors.Errors[id]["text"]!);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal((string?)verdict["code"], (string?)run.Json["code"]);
        Assert.Equal((string?)verdict["message"], (string?)run.Json["message"]);
        Assert.True(JsonNode.DeepEquals(verdict["params"], run.Json["parameters"]));
        Assert.Equal((string?)verdict["formatted"], (string?)run.Json["formatted"]);
        Assert.False((bool)run.Json["malformed"]!);
    }

    // The vectors' verdict is that of the strict parse. People still see the code.
    [Theory, MemberData(nameof(Refused))]
    public async Task Value_that_is_not_well_formed_is_marked_and_its_code_is_shown(string id)
    {
        string text = (string)Vectors.Errors[id]["text"]!;
        Assert.False(TrustedAppError.TryParse(text, out _));
        ToolRun run = await ToolRun.InProcessAsync("explain", text);
        if (!text.StartsWith("BAD_MAGIC;", StringComparison.Ordinal))
        {
            Assert.Equal((1, ""), (run.ExitCode, run.Output)); // a text without a code
            return;
        }

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(("BAD_MAGIC", true), ((string?)run.Json["code"], (bool?)run.Json["malformed"]));
    }

    [Theory, MemberData(nameof(Written))]
    public void Error_is_written_as_the_reference_writes_it_where_a_header_can_carry_that(string id)
    {
        JsonObject vector = Vectors.Errors[id];
        var error = new TrustedAppError(
            ErrorCodeNames.Parse((string)vector["code"]!),
            (string)vector["message"]!,
            [.. vector["params"]!.AsArray().Select(parameter => (string)parameter!)]);

        string expected = _written.TryGetValue(id, out string? parameters)
            ? $"{vector["code"]};\t{vector["message"]};\t{parameters}"
            : (string)vector["text"]!;
        Assert.Equal(expected, error.ToHeaderValue());
        Assert.Equal((string?)vector["formatted"], error.Format());
    }

    private static IEnumerable<string> Ids(string kind) => Vectors.Errors.Keys.Where(id => (string)Vectors.Errors[id]["kind"]! == kind);

    private static JsonNode Verdict(string id) => Vectors.Errors[id]["verdict"]!;
}
