namespace TrustedApps.Tool.Tests.Commands;

public sealed class ExplainCommandTests
{
    private const string Value = "USER_UNKNOWN;\tUnknown user: {0};\t[\"zo\u00EB\"]";

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Standard_input_may_end_in_a_newline(string newline)
    {
        ToolRun run = await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(Value + newline), "explain", "-");
        Assert.Equal(
            """{"code":"USER_UNKNOWN","message":"Unknown user: {0}","parameters":["zo\u00EB"],"formatted":"Unknown user: zo\u00EB"}""" + "\n",
            run.Output);
    }

    [Fact]
    public async Task Argument_and_standard_input_are_explained_alike()
    {
        ToolRun argument = await ToolRun.AsProcessAsync("explain", Value);
        ToolRun input = await ToolRun.AsProcessAsync(Encoding.UTF8.GetBytes(Value), "explain", "-");
        Assert.Equal((0, input.Output), (argument.ExitCode, argument.Output));
    }

    [Fact]
    public async Task Code_that_is_not_known_reads_as_unknown()
    {
        ToolRun run = await ToolRun.InProcessAsync("explain", "OUT_OF_TEA;\tno;\t[]");
        Assert.Equal("UNKNOWN", (string?)run.Json["code"]);
    }

    [Fact]
    public async Task Input_that_is_not_utf_8_is_refused()
    {
        ToolRun run = await ToolRun.InProcessAsync([0xFF], "explain", "-");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
    }
}
