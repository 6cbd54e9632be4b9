using System.Text.Json;
using System.Xml.Linq;

namespace TrustedApps.Tests.Architecture;

/// <summary>The dependencies that packages must not have.</summary>
public class DependencyTests
{
    [Fact]
    public void Only_the_package_of_older_versions_references_BouncyCastle()
    {
        string[] direct = [.. SourceTree.Projects.Where(project => ReferencesOf(project).Any(IsBouncyCastle))];
        Assert.Equal(["TrustedApps.Legacy"], direct);
        Assert.Equal(["BouncyCastle.Cryptography"], ReferencesOf("TrustedApps.Legacy").Where(IsBouncyCastle));
    }

    [Theory]
    [MemberData(nameof(SourceTree.ProjectNames), MemberType = typeof(SourceTree))]
    public void BouncyCastle_comes_with_the_older_versions_and_not_otherwise(string project)
    {
        bool hasOlderVersions = project == "TrustedApps.Legacy" || LibrariesOf(project).Any(library => library.StartsWith("TrustedApps.Legacy/", StringComparison.Ordinal));
        Assert.Equal(hasOlderVersions, LibrariesOf(project).Any(IsBouncyCastle));
    }

    [Fact]
    public void The_core_comes_without_the_older_versions() =>
        Assert.DoesNotContain(LibrariesOf("TrustedApps"), library => library.StartsWith("TrustedApps.", StringComparison.Ordinal));

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

    private static IEnumerable<string> ReferencesOf(string project) =>
        XDocument.Load(SourceTree.ProjectFileOf(project)).Descendants("PackageReference").Select(package => (string?)package.Attribute("Include") ?? "");

    private static bool IsBouncyCastle(string library) => library.Contains("BouncyCastle", StringComparison.OrdinalIgnoreCase);

    // The libraries that the project was restored with, directly or through others: "name/version".
    private static string[] LibrariesOf(string project)
    {
        string path = Path.Combine(Path.GetDirectoryName(SourceTree.ProjectFileOf(project))!, "obj", "project.assets.json");
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
