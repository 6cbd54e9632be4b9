using System.IO.Compression;

namespace TrustedApps.Packages.Tests;

/// <summary>The schema of a package is at its root, where the targets of the package look for it.</summary>
public sealed class ConfigurationSchemaPackageTests(PackedPackages packages)
{
    [Theory]
    [InlineData("TrustedApps")]
    [InlineData("TrustedApps.AspNetCore")]
    [InlineData("TrustedApps.Storage")]
    [InlineData("TrustedApps.Admin")]
    public async Task A_package_with_a_schema_has_it_once_and_its_targets(string package)
    {
        await using ZipArchive content = await ZipFile.OpenReadAsync(
            Path.Combine(packages.Folder, $"{package}.{packages.Version}.nupkg"), TestContext.Current.CancellationToken);
        string[] files = [.. content.Entries.Select(entry => entry.FullName)];

        Assert.Equal(["ConfigurationSchema.json"], files.Where(file => file.EndsWith("ConfigurationSchema.json", StringComparison.Ordinal)));
        Assert.Contains($"buildTransitive/{package}.targets", files);
    }

    [Fact]
    public void No_package_has_content_files()
    {
        string[] packed = Directory.GetFiles(packages.Folder, $"*.{packages.Version}.nupkg");
        Assert.NotEmpty(packed);
        Assert.All(packed.Where(path => !Path.GetFileName(path).StartsWith("TrustedApps.Templates.", StringComparison.Ordinal)), path =>
        {
            using ZipArchive content = ZipFile.OpenRead(path);
            Assert.DoesNotContain(content.Entries, entry => entry.FullName.StartsWith("content", StringComparison.Ordinal));
        });
    }
}
