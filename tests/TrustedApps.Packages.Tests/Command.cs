using System.Diagnostics;
using System.Text;

namespace TrustedApps.Packages.Tests;

/// <summary>Commands as a person runs them, without what this process inherited from the test host.</summary>
internal static class Command
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(15); // native compilation on a busy machine

    // The test host passes on the paths of its own MSBuild.
    private static readonly string[] _inherited = ["MSBUILD", "VSTEST", "COREHOST", "DOTNET_HOST_PATH", "TESTINGPLATFORM"];

    /// <summary>Runs a command to its end, and returns what it wrote to standard output and standard error.</summary>
    /// <exception cref="InvalidOperationException">The command failed. The message is what it wrote.</exception>
    public static async Task<string> RunAsync(
        IReadOnlyDictionary<string, string?> environment, string folder, string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = Prepare(environment, folder, program, arguments);
        using Process process = Process.Start(start)!;
        var written = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(written, line.Data);
        process.ErrorDataReceived += (_, line) => Append(written, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(_patience);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        string output;
        lock (written) output = written.ToString();
        if (process.ExitCode == 0) return output;
        throw new InvalidOperationException($"'{program} {string.Join(' ', start.ArgumentList)}' ended with {process.ExitCode}:\n{output}");
    }

    public static ProcessStartInfo Prepare(
        IReadOnlyDictionary<string, string?> environment, string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string name in start.Environment.Keys.Where(name => Array.Exists(_inherited, name.ToUpperInvariant().StartsWith)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string? value) in environment) start.Environment[name] = value;
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // nothing stays behind
        start.Environment["UseSharedCompilation"] = "false"; // nor a compiler
        start.Environment.Remove("ASPNETCORE_ENVIRONMENT");
        start.Environment.Remove("DOTNET_ENVIRONMENT");
        return start;
    }

    private static void Append(StringBuilder written, string? line)
    {
        lock (written) written.Append(line).Append('\n');
    }
}
