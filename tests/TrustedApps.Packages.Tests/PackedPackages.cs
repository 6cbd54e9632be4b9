using System.Xml.Linq;

[assembly: AssemblyFixture(typeof(TrustedApps.Packages.Tests.PackedPackages))]

namespace TrustedApps.Packages.Tests;

/// <summary>
/// The packages of this checkout, and a machine that is new to them: a home of its own, and a folder of unpacked
/// packages of its own, so that no package of the same version from an earlier day is used. Other packages come from the
/// folder of the user who runs the tests.
/// </summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private const string Templates = "TrustedApps.Templates";

    private readonly ScratchFolder _machine = new();

    /// <summary>The folder with the packages.</summary>
    public string Folder { get; } = Path.Combine(Checkout.Root, "artifacts", "packages");

    /// <summary>The version of all packages.</summary>
    public string Version { get; private set; } = "";

    /// <summary>The environment of a process on the new machine.</summary>
    internal IReadOnlyDictionary<string, string?> Environment { get; private set; } = new Dictionary<string, string?>();

    /// <summary>The package of the templates.</summary>
    public string TemplatePackage => Path.Combine(Folder, $"{Templates}.{Version}.nupkg");

    public async ValueTask InitializeAsync()
    {
        if (!IsPacked()) await PackAsync();
        Version = Path.GetFileNameWithoutExtension(FindPackages().Single())[(Templates.Length + 1)..];
        Environment = SetUpMachine();
    }

    /// <summary>Runs a command on the new machine to its end, and returns what it wrote.</summary>
    /// <exception cref="InvalidOperationException">The command failed. The message is what it wrote.</exception>
    internal Task<string> RunAsync(string folder, string program, params IEnumerable<string> arguments) =>
        Command.RunAsync(Environment, folder, program, arguments);

    public ValueTask DisposeAsync()
    {
        _machine.Dispose();
        return ValueTask.CompletedTask;
    }

    private string[] FindPackages() => Directory.Exists(Folder) ? Directory.GetFiles(Folder, $"{Templates}.*.nupkg") : [];

    // .ci/run and eng/test.sh pack before they test. Whoever runs a test alone gets packages of the present build.
    private bool IsPacked()
    {
        string[] packages = FindPackages();
        if (packages.Length != 1) return false;

        DateTime packed = File.GetLastWriteTimeUtc(packages[0]);
        return Directory.GetDirectories(Path.Combine(Checkout.Root, "src"))
            .Select(project => Path.Combine(project, "bin", Checkout.Configuration, "net10.0", $"{Path.GetFileName(project)}.dll"))
            .Concat(Directory.GetFiles(Path.Combine(Checkout.Root, "src", Templates, "content"), "*", SearchOption.AllDirectories))
            .All(file => !File.Exists(file) || File.GetLastWriteTimeUtc(file) <= packed);
    }

    private async Task PackAsync()
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        try
        {
            await Command.RunAsync(
                new Dictionary<string, string?>(), Checkout.Root, "dotnet", "pack", "TrustedApps.sln", "-c", Checkout.Configuration, "--no-build", "-o", Folder);
        }
        catch (InvalidOperationException problem)
        {
            throw new InvalidOperationException(
                $"These tests use the packages of this checkout, which cannot be packed. Build TrustedApps.sln first, with -c {Checkout.Configuration}. {problem.Message}");
        }
    }

    private Dictionary<string, string?> SetUpMachine()
    {
        string home = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);
        string packages = System.Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget", "packages");
        string cache = System.Environment.GetEnvironmentVariable("NUGET_HTTP_CACHE_PATH")
            ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.LocalApplicationData), "NuGet", "http-cache");

        // Links to the user's packages, but for those that are tested.
        string fallback = Directory.CreateDirectory(_machine.PathOf("fallback")).FullName;
        foreach (string package in Directory.GetDirectories(packages))
        {
            string name = Path.GetFileName(package);
            if (name.StartsWith("trustedapps", StringComparison.OrdinalIgnoreCase)) continue;
            Directory.CreateSymbolicLink(Path.Combine(fallback, name), package);
        }

        // The user's sources, and the folder of the packages.
        string configuration = Path.Combine(home, ".nuget", "NuGet", "NuGet.Config");
        XElement settings = File.Exists(configuration) ? XElement.Load(configuration) : new XElement("configuration");
        XElement? sources = settings.Element("packageSources");
        if (sources is null) settings.Add(sources = new XElement("packageSources"));
        sources.Add(new XElement("add", new XAttribute("key", "packed"), new XAttribute("value", Folder)));
        string newConfiguration = _machine.PathOf("home/.nuget/NuGet/NuGet.Config");
        Directory.CreateDirectory(Path.GetDirectoryName(newConfiguration)!);
        settings.Save(newConfiguration);

        return new Dictionary<string, string?>
        {
            ["HOME"] = _machine.PathOf("home"),
            ["DOTNET_CLI_HOME"] = _machine.PathOf("home"),
            ["NUGET_PACKAGES"] = _machine.PathOf("packages"),
            ["NUGET_FALLBACK_PACKAGES"] = fallback,
            ["NUGET_HTTP_CACHE_PATH"] = cache,
        };
    }
}
