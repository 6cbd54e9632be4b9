using System.Text.Json;
using System.Xml.Linq;

namespace TrustedApps.Tests.Architecture;

/// <summary>What src/ must not rest on.</summary>
public class DependencyTests
{
    [Fact]
    public void Nothing_under_src_references_BouncyCastle()
    {
        // Its last version here is named in advisories: only tests and benchmarks may use it (docs/adr).
        string[] projects = [.. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories)];
        Assert.NotEmpty(projects);
        foreach (string project in projects)
        {
            Assert.DoesNotContain(
                XDocument.Load(project).Descendants("PackageReference"),
                package => ((string?)package.Attribute("Include"))?.Contains("BouncyCastle", StringComparison.OrdinalIgnoreCase) == true);
            Assert.DoesNotContain(LibrariesOf(project), library => library.Contains("BouncyCastle", StringComparison.OrdinalIgnoreCase));
        }

        Assert.All(SourceTree.Files, file => Assert.DoesNotContain("BouncyCastle", file.Names));
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
