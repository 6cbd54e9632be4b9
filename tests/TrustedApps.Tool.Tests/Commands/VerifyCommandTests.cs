using TrustedApps.Tool.Tests.Cases;

namespace TrustedApps.Tool.Tests.Commands;

public sealed class VerifyCommandTests : IDisposable
{
    private const int MaxLineLength = 16 * 1024 * 1024;

    private readonly ScratchFolder _folder = new();

    [Fact]
    public async Task File_gives_one_line_for_each_case_in_order()
    {
        ToolRun run = await ToolRun.AsProcessAsync("verify", Vectors.RequestCases);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(Vectors.Requests.Keys, run.Lines.Select(line => (string?)JsonNode.Parse(line)!["id"]), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("-")]
    public async Task Standard_input_is_read_where_no_file_is_named(params string[] file)
    {
        string good = GoodCase.Create().ToJsonString();
        ToolRun run = await ToolRun.AsProcessAsync(Encoding.UTF8.GetBytes($"\n{good}\r\n  \nno case\n{good}"), ["verify", .. file]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["accepted", "invalid", "accepted"], run.Lines.Select(line => (string?)JsonNode.Parse(line)!["status"]), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Line_is_an_object_with_all_members_in_order()
    {
        ToolRun run = await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(GoodCase.Create().ToJsonString()), "verify");
        Assert.Equal(
            """{"id":"good","status":"accepted","user":"fred","application":"wiki","version":"3","code":null,"error":null,"detail":null}""" + "\n",
            run.Output);
    }

    [Fact]
    public async Task Exit_code_is_0_whatever_the_verdicts()
    {
        Assert.Equal(0, (await ToolRun.InProcessAsync("{}\n[]\n"u8.ToArray(), "verify")).ExitCode);
    }

    [Fact]
    public async Task Line_of_16_mebibytes_is_judged_and_a_longer_one_is_invalid()
    {
        byte[] good = Encoding.UTF8.GetBytes(GoodCase.Create().ToJsonString());
        byte[] input = new byte[MaxLineLength + 1 + MaxLineLength + 2 + good.Length];
        input.AsSpan().Fill((byte)' ');
        good.CopyTo(input, 0);
        input[MaxLineLength] = (byte)'\n';
        good.CopyTo(input, MaxLineLength + 1);
        input[^(good.Length + 1)] = (byte)'\n';
        good.CopyTo(input, input.Length - good.Length);

        ToolRun run = await ToolRun.AsProcessAsync(input, "verify");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["accepted", "invalid", "accepted"], run.Lines.Select(line => (string?)JsonNode.Parse(line)!["status"]), StringComparer.Ordinal);
        Assert.Contains("16 MiB", run.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_of_strangers_leaves_the_tool_as_ascii()
    {
        JsonObject stranger = GoodCase.Create(user: "zo\u00EB\u202E\U0001F600");
        ToolRun run = await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(stranger.ToJsonString()), "verify");
        Assert.True(Ascii.IsValid(run.OutputBytes));
        Assert.Equal("USER_UNKNOWN", (string?)run.Json["code"]);
    }

    [Fact]
    public async Task File_that_is_not_there_is_bad_input()
    {
        ToolRun run = await ToolRun.InProcessAsync("verify", _folder.PathOf("missing"));
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
    }

    public void Dispose() => _folder.Dispose();
}
