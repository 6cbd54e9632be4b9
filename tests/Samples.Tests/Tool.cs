using System.Diagnostics;

namespace Samples.Tests;

/// <summary>The tool, as administrators run it.</summary>
internal static class Tool
{
    /// <summary>Runs a command that is to succeed, and gives what it says.</summary>
    public static async Task<string> RunAsync(params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [BuiltProject.AssemblyOf("src/TrustedApps.Tool"), .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"trusted-apps {string.Join(' ', args)}\n{await output}{errors}");
        return await output;
    }
}
