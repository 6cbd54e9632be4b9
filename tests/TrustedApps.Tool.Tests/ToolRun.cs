using System.Diagnostics;

namespace TrustedApps.Tool.Tests;

/// <summary>What came of a run of the tool.</summary>
internal sealed record ToolRun(int ExitCode, byte[] OutputBytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    /// <summary>Standard output where it is one line of JSON.</summary>
    public JsonObject Json => JsonNode.Parse(Assert.Single(Lines))!.AsObject();

    /// <summary>The lines of standard output, each ended by LF.</summary>
    public string[] Lines
    {
        get
        {
            Assert.True(Output.Length == 0 || Output.EndsWith('\n'));
            return Output.Split('\n')[..^1];
        }
    }

    /// <summary>Runs the tool inside this process.</summary>
    public static async Task<ToolRun> InProcessAsync(byte[] input, params string[] args)
    {
        using var stdin = new MemoryStream(input);
        using var stdout = new MemoryStream();
        using var stderr = new MemoryStream();
        int exitCode = await Program.RunAsync(args, new Terminal(stdin, stdout, stderr), TestContext.Current.CancellationToken);
        return new ToolRun(exitCode, stdout.ToArray(), Encoding.UTF8.GetString(stderr.ToArray()));
    }

    public static Task<ToolRun> InProcessAsync(params string[] args) => InProcessAsync([], args);

    /// <summary>Runs the tool inside this process, at a terminal on which somebody types.</summary>
    public static async Task<ToolRun> AtTerminalAsync(string typed, params string[] args)
    {
        using var stdin = new MemoryStream(Encoding.UTF8.GetBytes(typed));
        using var stdout = new MemoryStream();
        using var stderr = new MemoryStream();
        var terminal = new Terminal(stdin, stdout, stderr, isOutputScreen: true, isErrorScreen: true, isKeyboard: true);
        int exitCode = await Program.RunAsync(args, terminal, TestContext.Current.CancellationToken);
        return new ToolRun(exitCode, stdout.ToArray(), Encoding.UTF8.GetString(stderr.ToArray()));
    }

    /// <summary>The folder of the tool's own build: it runs on another framework than its tests.</summary>
    public static string Folder { get; } = Path.GetDirectoryName(BuiltProject.AssemblyOf("src/TrustedApps.Tool"))!;

    /// <summary>Runs the tool as a process of its own.</summary>
    public static Task<ToolRun> AsProcessAsync(byte[] input, params string[] args) => FromFolderAsync(Folder, input, args);

    public static Task<ToolRun> AsProcessAsync(params string[] args) => AsProcessAsync([], args);

    /// <summary>Runs the tool of another folder as a process of its own.</summary>
    public static async Task<ToolRun> FromFolderAsync(string folder, byte[] input, params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(folder, "TrustedApps.Tool.dll"));
        foreach (string arg in args) start.ArgumentList.Add(arg);

        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using Process process = Process.Start(start)!;
        using var stdout = new MemoryStream();
        Task output = process.StandardOutput.BaseStream.CopyToAsync(stdout, cancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
        process.StandardInput.Close();

        await output;
        await process.WaitForExitAsync(cancellationToken);
        return new ToolRun(process.ExitCode, stdout.ToArray(), await error);
    }
}
