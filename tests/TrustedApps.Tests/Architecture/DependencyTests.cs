using System.Text.Json;
using System.Xml.Linq;

namespace TrustedApps.Tests.Architecture;

/// <summary>What src/ must not rest on.</summary>
public class DependencyTests
{
    [Fact]
    public void Only_the_package_of_older_versions_references_BouncyCastle()
    {
        string[] projects = [.. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories)];
        Assert.Equal(
            ["TrustedApps.Legacy.csproj"],
            projects.Where(project => XDocument.Load(project).Descendants("PackageReference").Any(IsBouncyCastle)).Select(Path.GetFileName));
        Assert.DoesNotContain(LibrariesOf(projects.Single(project => Path.GetFileName(project) == "TrustedApps.csproj")), IsBouncyCastleName);
        Assert.All(
            SourceTree.Files.Where(file => file.Project != "TrustedApps.Legacy"),
            file => Assert.DoesNotContain(file.Names, IsBouncyCastleName));

        static bool IsBouncyCastle(XElement package) => IsBouncyCastleName((string?)package.Attribute("Include") ?? "");
        static bool IsBouncyCastleName(string name) => name.Contains("BouncyCastle", StringComparison.OrdinalIgnoreCase);
    }

    // Whoever references the core alone has no broken cipher in the output folder.
    [Theory]
    [InlineData("SHA1", "SHA1HashSize", "HMACSHA1", "MD5")]
    [InlineData("RC4", "Rc4", "RC4Engine")]
    [InlineData("RawRsa", "ModPow", "MontgomeryModulus", "RsaEngine", "RsaBlindedEngine")]
    public void Only_the_package_of_older_versions_has_broken_ciphers(params string[] names)
    {
        Assert.Contains(SourceTree.Files.Where(file => file.Project == "TrustedApps.Legacy"), file => file.Names.Intersect(names).Any());
        foreach (SourceFile file in SourceTree.Files.Where(file => file.Project != "TrustedApps.Legacy"))
        {
            string[] named = [.. file.Names.Intersect(names)];
            Assert.True(named.Length == 0, $"{file} names {string.Join(", ", named)}");
        }
    }

    [Fact]
    public void No_package_of_ours_is_referenced_by_the_core()
    {
        string project = Path.Combine(SourceTree.Root, "src", "TrustedApps", "TrustedApps.csproj");
        Assert.Empty(XDocument.Load(project).Descendants("ProjectReference"));
    }

    [Fact]
    public void The_core_knows_nothing_of_ASP_NET_Core() => Assert.All(
        SourceTree.Files.Where(file => file.Project == "TrustedApps"),
        file => Assert.DoesNotContain(file.Syntax.Usings, import => import.Name?.ToString().StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) == true));

    [Fact]
    public void No_test_vector_is_known_by_name()
    {
        HashSet<string> ids = [.. VectorIds()];
        Assert.True(ids.Count > 1000);
        foreach (SourceFile file in SourceTree.Files)
        {
            Assert.DoesNotContain(file.Names.Concat(file.Strings), ids.Contains);
        }
    }

    // What the project was restored with, by whatever way, where it was.
    private static IEnumerable<string> LibrariesOf(string project)
    {
        string path = Path.Combine(Path.GetDirectoryName(project)!, "obj", "project.assets.json");
        if (!File.Exists(path)) return [];
        using var assets = JsonDocument.Parse(File.ReadAllText(path));
        return [.. assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name)];
    }

    private static IEnumerable<string> VectorIds()
    {
        string folder = Path.Combine(SourceTree.Root, "tests", "vectors");
        foreach (string path in Directory.EnumerateFiles(folder, "*.json"))
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            foreach (JsonElement vector in document.RootElement.GetProperty("vectors").EnumerateArray()) yield return vector.GetProperty("id").GetString()!;
        }

        foreach (string line in Directory.EnumerateFiles(folder, "*.jsonl").SelectMany(File.ReadLines))
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.GetProperty("id").GetString()!;
        }
    }
}
