using System.ComponentModel;
using System.Diagnostics;

namespace TrustedApps.Bench.Http;

/// <summary>A core for the servers and another for the load, so that neither takes time from the other.</summary>
internal static class Cores
{
    public const int OfServers = 0;
    public const int OfLoad = 1;

    private const string Program = "taskset"; // of util-linux, so on every Debian

    /// <summary>Whether there are two, and a way to part them.</summary>
    public static bool ArePartable { get; } = OperatingSystem.IsLinux() && Environment.ProcessorCount >= 2 && Run("--cpu-list", $"{OfServers},{OfLoad}", "true");

    /// <summary>A command that runs on one core, as far as that can be had.</summary>
    public static ProcessStartInfo On(int core, params string[] command) =>
        ArePartable ? new(Program, ["--cpu-list", $"{core}", .. command]) : new(command[0], command[1..]);

    /// <summary>Keeps this process to one core: the threads that it has, and so those that they start.</summary>
    public static void Keep(int core)
    {
        if (!ArePartable || !Run("--all-tasks", "--cpu-list", "--pid", $"{core}", $"{Environment.ProcessId}")) Console.Error.WriteLine("Servers and load share their cores (needs two, and taskset): the ratios are not to be relied on.");
    }

    private static bool Run(params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // not installed
        }
    }
}
