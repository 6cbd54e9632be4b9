[assembly: AssemblyFixture(typeof(TrustedApps.Packages.Tests.PackedPackages))]

namespace TrustedApps.Packages.Tests;

/// <summary>The packages of this checkout, packed once, and a machine that has just heard of them.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private const string Templates = "TrustedApps.Templates";

    private Lazy<Task>? _installation;

    /// <summary>The folder with the packages.</summary>
    public string Folder { get; } = Path.Combine(Checkout.Root, "artifacts", "packages");

    /// <summary>The version of all packages.</summary>
    public string Version { get; private set; } = "";

    /// <summary>The machine that these tests share.</summary>
    internal NewMachine Machine { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!IsPacked()) await PackAsync();
        Version = Path.GetFileNameWithoutExtension(FindPackages().Single())[(Templates.Length + 1)..];
        Machine = new NewMachine(Folder);
        _installation = new(() => Machine.RunAsync(Folder, "dotnet", "new", "install", Path.Combine(Folder, $"{Templates}.{Version}.nupkg")));
    }

    /// <summary>Installs the templates on the machine, once.</summary>
    internal Task InstallTemplatesAsync() => _installation!.Value;

    public ValueTask DisposeAsync()
    {
        Machine.Dispose();
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
                $"These tests use the packages of this checkout, which cannot be packed. Build TrustedApps.sln first, with -c {Checkout.Configuration}. {problem.Message}", problem);
        }
    }
}
