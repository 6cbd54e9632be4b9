using System.Diagnostics;
using System.Xml.Linq;

namespace TrustedApps.Packages.Tests;

/// <summary>
/// A machine that is new to the packages: a home of its own, and a folder of unpacked packages of its own, so that no
/// package of the same version from an earlier day is used. Packages of others come from the folder of the user who runs
/// the tests.
/// </summary>
internal sealed class NewMachine : IDisposable
{
    private readonly ScratchFolder _machine = new();

    /// <summary>Sets it up with the sources of the user who runs the tests, and a folder of packages.</summary>
    public NewMachine(string packed) => Environment = SetUp(_machine, packed);

    /// <summary>The environment of its processes.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    /// <summary>Runs a command to its end, and returns what it wrote.</summary>
    /// <exception cref="InvalidOperationException">The command failed. The message is what it wrote.</exception>
    public Task<string> RunAsync(string folder, string program, params IEnumerable<string> arguments) =>
        Command.RunAsync(Environment, folder, program, arguments);

    public void Dispose() => _machine.Dispose();

    private static Dictionary<string, string?> SetUp(ScratchFolder machine, string packed)
    {
        string home = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);
        string packages = System.Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget", "packages");
        string cache = System.Environment.GetEnvironmentVariable("NUGET_HTTP_CACHE_PATH")
            ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.LocalApplicationData), "NuGet", "http-cache");

        // Links to the user's packages, but for those that are tested.
        string fallback = Directory.CreateDirectory(machine.PathOf("fallback")).FullName;
        foreach (string package in Directory.Exists(packages) ? Directory.GetDirectories(packages) : [])
        {
            string name = Path.GetFileName(package);
            if (name.StartsWith("trustedapps", StringComparison.OrdinalIgnoreCase)) continue;
            Directory.CreateSymbolicLink(Path.Combine(fallback, name), package);
        }

        // The user's sources, and the folder of the packages.
        string configuration = Path.Combine(home, ".nuget", "NuGet", "NuGet.Config");
        string newConfiguration = machine.PathOf("home/.nuget/NuGet/NuGet.Config");
        Directory.CreateDirectory(Path.GetDirectoryName(newConfiguration)!);
        if (File.Exists(configuration)) File.Copy(configuration, newConfiguration);
        else WriteDefault(machine);
        XElement settings = XElement.Load(newConfiguration);
        XElement? sources = settings.Element("packageSources");
        if (sources is null) settings.Add(sources = new XElement("packageSources"));
        sources.Add(new XElement("add", new XAttribute("key", "packed"), new XAttribute("value", packed)));
        settings.Element("packageSourceMapping")?.Add(new XElement(
            "packageSource", new XAttribute("key", "packed"), new XElement("package", new XAttribute("pattern", "TrustedApps*"))));
        settings.Save(newConfiguration);

        return new Dictionary<string, string?>
        {
            ["HOME"] = machine.PathOf("home"),
            ["DOTNET_CLI_HOME"] = machine.PathOf("home"),
            ["NUGET_PACKAGES"] = machine.PathOf("packages"),
            ["NUGET_FALLBACK_PACKAGES"] = fallback,
            ["NUGET_HTTP_CACHE_PATH"] = cache,
        };
    }

    // NuGet writes it at its first use.
    private static void WriteDefault(ScratchFolder machine)
    {
        Dictionary<string, string?> environment = new() { ["HOME"] = machine.PathOf("home"), ["DOTNET_CLI_HOME"] = machine.PathOf("home") };
        using Process first = Process.Start(Command.Prepare(environment, machine.Path, "dotnet", ["nuget", "list", "source"]))!;
        first.WaitForExit();
    }
}
