using System.Globalization;
using System.Runtime.InteropServices;
using TrustedApps.Keys;

namespace TrustedApps.Packages.Tests.Aot;

/// <summary>A slim provider and a console consumer of tests/Aot, published on the packages without a warning.</summary>
public sealed class AotTests(PackedPackages packages) : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Theory]
    [InlineData("native AOT")]
    [InlineData("trimmed", "-p:PublishTrimmed=true", "-p:SelfContained=true", "-p:PublishSingleFile=true")]
    public async Task A_published_provider_and_consumer_speak_version_4_and_refuse_what_is_wrong(string kind, params string[] options)
    {
        Copy(Path.Combine(Checkout.Root, "tests", "Aot"), _folder.Path);
        string written = await packages.Machine.RunAsync(
            _folder.Path, "dotnet", ["publish", "Aot.slnx", "-c", "Release", $"-p:TrustedAppsVersion={packages.Version}", "-p:UseCurrentRuntimeIdentifier=true", .. options]);
        Assert.DoesNotContain("warning", written, StringComparison.OrdinalIgnoreCase);

        using var tracker = new TestKeyFile(TestKeys.Tracker);
        using var wiki = new TestKeyFile(TestKeys.Wiki);
        using var blog = new TestKeyFile(TestKeys.Blog);
        string origin = $"http://127.0.0.1:{KestrelServer.FindFreePort()}";
        string fingerprint = TestKeys.Tracker.Keys.First(key => key.Use == KeyUse.Signature).PublicKey.Fingerprint;
        await using RunningApplication provider = await RunningApplication.StartAsync(
            packages.Machine, _folder.Path, FindPublished("Provider"),
            "--urls", origin,
            "--Authentication:Schemes:TrustedApps:Keys", tracker.Path,
            "--Authentication:Schemes:TrustedApps:BaseUrls:0", origin,
            "--Authentication:Schemes:TrustedApps:IsNewInstallation", "true",
            "--Authentication:Schemes:TrustedApps:Applications:0:CertificateFile", wiki.CertificatePath,
            "--Authentication:Schemes:TrustedApps:Applications:0:Addresses:0", "127.0.0.1",
            "--Authentication:Schemes:TrustedApps:Applications:0:Urls:0", "/api/");

        Task<string> AskAsync(TestKeyFile keys, string user) =>
            packages.Machine.RunAsync(_folder.Path, FindPublished("Consumer"), origin, keys.Path, fingerprint, user);

        Assert.Equal("200 fred", (await AskAsync(wiki, "fred")).Trim());
        Assert.Equal("rejected: UserUnknown", (await AskAsync(wiki, "wilma")).Trim());
        Assert.Equal("no proof", (await AskAsync(blog, "fred")).Trim());
        await provider.WritesAsync("version 4: APP_UNKNOWN.");
        TestContext.Current.TestOutputHelper!.WriteLine($"{kind}, {RuntimeInformation.RuntimeIdentifier}: provider {SizeOf("Provider")} MB, consumer {SizeOf("Consumer")} MB");
    }

    public void Dispose() => _folder.Dispose();

    private static void Copy(string source, string target)
    {
        foreach (string file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(source, file);
            if (path.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"]).Any()) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(target, path))!);
            File.Copy(file, Path.Combine(target, path));
        }
    }

    // One platform is published: that of this machine.
    private string FindPublished(string project) => Path.Combine(
        Directory.GetDirectories(_folder.PathOf($"{project}/bin/Release"), "publish", SearchOption.AllDirectories).Single(), project);

    private string SizeOf(string project) => (new FileInfo(FindPublished(project)).Length / 1e6).ToString("0.0", CultureInfo.InvariantCulture);
}
