namespace TrustedApps.Tool.Tests;

public sealed class ProgramTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public static TheoryData<string> Commands { get; } =
    [
        "", "keys", "keys new", "keys import", "keys show", "certificate", "certificate show", "certificate read", "certificate publish-next", "certificate rotate", "issue", "proof", "verify", "explain",
        "trust", "trust add", "trust list", "trust show", "trust edit", "trust suspend", "trust resume", "trust remove", "trust confirm", "trust reject", "trust restore", "trust remove-key",
        "provider", "provider add", "provider list", "provider remove", "store", "store check",
    ];

    [Theory, MemberData(nameof(Commands))]
    public async Task Every_command_has_help_with_an_example(string command)
    {
        string[] names = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ToolRun run = await ToolRun.InProcessAsync([.. names, "--help"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"Usage:\n  {string.Join(' ', ["trusted-apps", .. names])} ", run.Output, StringComparison.Ordinal);
        Assert.Contains($"Example:\n  {string.Join(' ', ["trusted-apps", .. names])} ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("keys")]
    [InlineData("frobnicate")]
    [InlineData("keys", "new")]
    [InlineData("keys", "new", "--id", "wiki", "--out", "")]
    [InlineData("keys", "new", "--id", "wiki", "--out", "x", "--bits", "1024")]
    [InlineData("keys", "new", "--id", "wiki", "--out", "x", "--bits", "many")]
    [InlineData("keys", "new", "--id", "wiki", "--id", "tracker", "--out", "x")]
    [InlineData("keys", "show")]
    [InlineData("keys", "show", "a", "b")]
    [InlineData("certificate", "show", "--keys", "x", "--version", "5")]
    [InlineData("certificate", "show", "--keys", "x", "--version", "warwick")]
    [InlineData("certificate", "read")]
    [InlineData("issue", "--keys", "x", "--version", "0", "--user", "fred", "--url", "https://tracker.example/")]
    [InlineData("issue", "--keys", "x", "--user", "fred", "--url", "https://tracker.example/")]
    [InlineData("issue", "--keys", "x", "--version", "3", "--user", "fred")]
    [InlineData("verify", "a", "b")]
    [InlineData("verify", "")]
    [InlineData("verify", "--frobnicate")]
    [InlineData("explain")]
    [InlineData("trust")]
    [InlineData("trust", "list")]
    [InlineData("trust", "list", "--store", "")]
    [InlineData("trust", "show", "--store", "x")]
    [InlineData("trust", "add", "https://wiki.example", "--store", "x")]
    [InlineData("trust", "add", "https://wiki.example", "--store", "x", "--address", "*")]
    [InlineData("trust", "add", "https://wiki.example", "--store", "x", "--url", "*")]
    [InlineData("trust", "add", "https://wiki.example", "--store", "x", "--address", "*", "--url", "*", "--timeout", "60")]
    [InlineData("trust", "add", "https://wiki.example", "--store", "x", "--address", "*", "--url", "*", "--timeout", "25h")]
    [InlineData("trust", "add", "https://wiki.example", "--store", "x", "--address", "*", "--url", "*", "--version", "5")]
    [InlineData("trust", "edit", "wiki", "--store", "x")]
    [InlineData("trust", "edit", "wiki", "--store", "x", "--default", "address")]
    [InlineData("trust", "suspend", "wiki", "--store", "x", "--administrator", "a\u202Eb")]
    [InlineData("provider", "add", "--store", "x")]
    [InlineData("store", "check")]
    [InlineData("@arguments")]
    [InlineData("keys", "show", "--private")]
    [InlineData("keys", "new", "--id", "wiki", "--out", "-x")]
    public async Task Wrong_usage_has_exit_code_2_and_a_hint(params string[] args)
    {
        ToolRun run = await ToolRun.InProcessAsync(args);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--help' for usage and an example.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'trusted-apps' has no command 'certificates'. Did you mean 'certificate'?", "certificates", "show")]
    [InlineData("'trusted-apps keys' has no command 'make'. It has new, import, show.", "keys", "make")]
    [InlineData("'trusted-apps keys new' has no option '--ids'. Did you mean '--id'?", "keys", "new", "--ids=wiki")]
    [InlineData("'trusted-apps' has no command (not repeated: it may hold a password). It has", "Host=db;Password=secret")]
    public async Task What_is_misspelt_is_named_with_what_is_meant(string message, params string[] args)
    {
        ToolRun run = await ToolRun.InProcessAsync(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named_with_the_folder_in_which_paths_begin()
    {
        ToolRun run = await ToolRun.InProcessAsync("keys", "show", "nowhere.json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("relative paths begin in the current folder", run.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "--help")]
    [InlineData(0, "--version")]
    [InlineData(1, "keys", "show", "/nowhere")]
    [InlineData(1, "certificate", "read", "/nowhere")]
    [InlineData(1, "explain", "nothing")]
    [InlineData(2, "explain")]
    [InlineData(2, "verify", "--what")]
    public async Task Exit_code_is_that_of_the_process(int exitCode, params string[] args)
    {
        ToolRun run = await ToolRun.AsProcessAsync(args);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(exitCode == 0, run.Error.Length == 0);
        Assert.Equal(exitCode == 0, run.OutputBytes.Length > 0);
        Assert.False(run.OutputBytes.AsSpan().StartsWith(Encoding.UTF8.Preamble));
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("certificate", "read")]
    [InlineData("keys", "show")]
    [InlineData("verify")]
    public async Task Folder_in_the_place_of_a_file_is_bad_input(params string[] command)
    {
        ToolRun run = await ToolRun.InProcessAsync([.. command, Path.GetDirectoryName(_folder.PathOf("x"))!]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("trusted-apps: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Argument_that_begins_with_an_at_sign_is_data_even_where_such_a_file_exists()
    {
        string file = _folder.Write("response", "--help");
        ToolRun run = await ToolRun.InProcessAsync("explain", $"@{file}");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Error_stays_on_one_line_and_moves_no_cursor()
    {
        ToolRun run = await ToolRun.InProcessAsync("keys", "show", "no\u001B[31m\nsuch\u202Efile");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(run.Error.Length - 1, run.Error.IndexOf('\n', StringComparison.Ordinal));
        Assert.DoesNotContain(run.Error, character => character is '\u001B' or '\u202E');
    }

    [Fact]
    public async Task Interrupted_run_ends_without_a_word()
    {
        using var stdout = new MemoryStream();
        using var stderr = new MemoryStream();
        var terminal = new Terminal(new MemoryStream([1]), stdout, stderr);
        Assert.Equal(130, await Program.RunAsync(["verify"], terminal, new CancellationToken(canceled: true)));
        Assert.Equal((0, 0), (stdout.Length, stderr.Length));
    }

    public void Dispose() => _folder.Dispose();
}
