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
        Assert.StartsWith(
            """{"code":"USER_UNKNOWN","message":"Unknown user: {0}","parameters":["zo\u00EB"],"formatted":"Unknown user: zo\u00EB","malformed":false,"cause":""",
            run.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Argument_and_standard_input_are_explained_alike()
    {
        ToolRun argument = await ToolRun.AsProcessAsync("explain", Value);
        ToolRun input = await ToolRun.AsProcessAsync(Encoding.UTF8.GetBytes(Value), "explain", "-");
        Assert.Equal((0, input.Output), (argument.ExitCode, argument.Output));
    }

    [Fact]
    public async Task On_a_terminal_a_code_alone_is_explained_in_words()
    {
        ToolRun run = await ToolRun.AtTerminalAsync("", "explain", "OLD_CERT");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("OLD_CERT", run.Lines[0], StringComparison.Ordinal);
        Assert.Contains("Cause", run.Output, StringComparison.Ordinal);
        Assert.Contains("What to do", run.Output, StringComparison.Ordinal);
        Assert.Contains("NTP", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("{\"", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_that_is_not_known_reads_as_unknown()
    {
        ToolRun run = await ToolRun.InProcessAsync("explain", "OUT_OF_TEA;\tno;\t[]");
        Assert.Equal("UNKNOWN", (string?)run.Json["code"]);
    }

    [Theory]
    [InlineData("BAD_PROTOCOL_VERSION; Unsupported protocol version: {0}. required {1}; [\"0\",\"2\"]", true)]
    [InlineData("BAD_PROTOCOL_VERSION;Unsupported protocol version: {0}. required {1};[\"0\",\"2\"]", true)]
    [InlineData("BAD_PROTOCOL_VERSION;\t Unsupported protocol version: {0}. required {1}; \t[\"0\",\"2\"]", true)]
    [InlineData("BAD_PROTOCOL_VERSION;\\tUnsupported protocol version: {0}. required {1};\\t[\"0\",\"2\"]", false)]
    [InlineData("X-Seraph-Trusted-App-Error: BAD_PROTOCOL_VERSION;\tUnsupported protocol version: {0}. required {1};\t[\"0\",\"2\"]", false)]
    [InlineData("x-seraph-trusted-app-error:BAD_PROTOCOL_VERSION; Unsupported protocol version: {0}. required {1}; [\"0\",\"2\"]\r\n", true)]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nX-Seraph-Trusted-App-Status: ERROR\r\nX-Seraph-Trusted-App-Error: BAD_PROTOCOL_VERSION;\tUnsupported protocol version: {0}. required {1};\t[\"0\",\"2\"]\r\n\r\n<html>", false)]
    [InlineData("< X-Seraph-Trusted-App-Error: BAD_PROTOCOL_VERSION;\tUnsupported protocol version: {0}. required {1};\t[\"0\",\"2\"]", false)]
    public async Task What_people_copy_is_explained(string text, bool isMalformed)
    {
        ToolRun run = await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(text), "explain", "-");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(("BAD_PROTOCOL_VERSION", "Unsupported protocol version: 0. required 2"), ((string?)run.Json["code"], (string?)run.Json["formatted"]));
        Assert.True(isMalformed == (bool)run.Json["malformed"]! || text.Contains("\\t", StringComparison.Ordinal), run.Output);
        Assert.NotEmpty((string)run.Json["remedy"]!);
    }

    [Theory]
    [InlineData("BAD_URL")]
    [InlineData("BAD_URL;")]
    [InlineData("BAD_URL;\tRequest not allowed to acc")]
    [InlineData("BAD_URL;\tRequest not allowed to access URL: {0};\t[\"/adm")]
    [InlineData("X-Trusted-App-Status: Error\nX-Trusted-App-Error-Code:  BAD_URL \nX-Trusted-App-Error-Message: no")]
    public async Task Code_is_explained_even_if_nothing_else_is_left(string text)
    {
        ToolRun run = await ToolRun.InProcessAsync("explain", text);
        Assert.Equal((0, "BAD_URL"), (run.ExitCode, (string?)run.Json["code"]));
        Assert.Equal(text.StartsWith("BAD_URL;", StringComparison.Ordinal), (bool)run.Json["malformed"]!);
        Assert.Equal("the URL patterns are too narrow", (string?)run.Json["cause"]);
        Assert.Contains("BaseUrls lack the name", (string?)run.Json["causeUnderOlderVersions"], StringComparison.Ordinal);
        Assert.Contains("add the name that consumers use to BaseUrls", (string?)run.Json["remedy"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public async Task Nothing_is_not_explained(string text)
    {
        ToolRun run = await ToolRun.InProcessAsync(Encoding.UTF8.GetBytes(text), "explain", "-");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("there is nothing to explain", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_code_has_a_cause_and_a_remedy()
    {
        foreach (ErrorCode code in Enum.GetValues<ErrorCode>())
        {
            Explanations.RejectionCause? cause = Explanations.RejectionGuide.Find(code.ToWireName());
            Assert.True(cause is { Remedy.Length: > 0 } && cause.Version4.Length + cause.OlderVersions.Length > 0, $"docs/operations.md has no row of {code.ToWireName()}.");
            Assert.DoesNotContain("the same", cause.Version4, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Input_that_is_not_utf_8_is_refused()
    {
        ToolRun run = await ToolRun.InProcessAsync([0xFF], "explain", "-");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
    }
}
