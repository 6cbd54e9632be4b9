using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrustedApps.Tests.Architecture;

/// <summary>Rule 1: the folder is the namespace, imports run one way, and the circles that remain are small.</summary>
public class FolderTests
{
    private const int MaxRootFiles = 25;
    private const int MaxCircle = 7; // files

    private static readonly string[] _registrationNamespaces =
        ["Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Mvc.Testing", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "OpenTelemetry.Metrics", "OpenTelemetry.Trace"];

    // The rooms that each room of the core may import besides the root, which is the vocabulary of all. The root is a
    // room, too, and imports no dialect. A new room or a new import joins here, after some thought.
    private static readonly Dictionary<string, string[]> _imports = new()
    {
        [""] = ["Certificates", "Conditions", "Content", "Diagnostics", "Keys", "Limits", "Protocols", "Replay", "Responses", "Text"],
        ["Certificates"] = ["Conditions", "Diagnostics", "Hosting", "Keys", "Text"],
        ["Client"] = ["Certificates", "Configuration", "Content", "Diagnostics", "Health", "Hosting", "Keys", "Protocols", "Responses", "Text"],
        ["Conditions"] = ["Text"],
        ["Configuration"] = [],
        ["Content"] = ["Diagnostics", "Limits", "Text"],
        ["Diagnostics"] = [],
        ["Health"] = ["Certificates", "Hosting", "Keys", "Text"],
        ["Hosting"] = ["Text"],
        ["Keys"] = ["Diagnostics", "Hosting", "Text"],
        ["Limits"] = [],
        ["Protocols"] = ["Certificates", "Content", "Diagnostics", "Keys", "Limits", "Replay", "Responses", "Text", "Protocols/Version4"],
        ["Protocols/Version4"] = ["Certificates", "Content", "Diagnostics", "Keys", "Limits", "Protocols", "Replay", "Responses", "Text"],
        ["Replay"] = ["Diagnostics", "Hosting", "Text"],
        ["Responses"] = ["Content", "Text"],
        ["Text"] = [],
        ["Trials"] = ["Certificates", "Keys", "Protocols", "Protocols/Version4", "Responses", "Text"],
    };

    [Fact]
    public void The_folder_is_the_namespace()
    {
        foreach (SourceFile file in SourceTree.Files.Where(file => file.Types.Any()))
        {
            BaseNamespaceDeclarationSyntax declared = Assert.Single(file.Syntax.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>());
            string expected = IsRegistration(file, declared) ? declared.Name.ToString() : file.FolderNamespace;
            Assert.Equal((file.Path, expected), (file.Path, declared.Name.ToString()));
        }
    }

    [Fact]
    public void Every_project_is_seen() =>
        Assert.Superset(
            new HashSet<string> { "TrustedApps", "TrustedApps.Legacy", "TrustedApps.AspNetCore", "TrustedApps.AspNetCore.SignIn", "TrustedApps.Storage", "TrustedApps.Admin", "TrustedApps.Tool" },
            SourceTree.Projects.ToHashSet());

    [Fact]
    public void Rooms_of_the_core_import_only_the_rooms_that_they_may()
    {
        Dictionary<string, HashSet<string>> imports = FolderImportsOf("TrustedApps");
        foreach ((string room, HashSet<string> named) in imports)
        {
            Assert.True(_imports.ContainsKey(room), $"The map does not say what the room '{room}' may import.");
            string[] forbidden = [.. named.Where(other => other.Length > 0).Except(_imports[room])];
            Assert.True(forbidden.Length == 0, $"'{room}' imports {string.Join(", ", forbidden.Select(other => Example(room, other)))}");
        }
    }

    [Theory]
    [MemberData(nameof(SourceTree.ProjectNames), MemberType = typeof(SourceTree))]
    public void Folders_form_no_circles(string project)
    {
        // The root is left out: it is the vocabulary, and the map says what the core's may import. A folder below a room
        // belongs to it.
        var rooms = FolderImportsOf(project)
            .Where(folder => folder.Key.Length > 0)
            .GroupBy(folder => RoomOf(folder.Key), folder => folder.Value.Where(other => other.Length > 0).Select(RoomOf))
            .ToDictionary(room => room.Key, room => room.SelectMany(others => others).Where(other => other != room.Key).ToHashSet());
        Assert.Empty(Circles<string>.In(rooms).Select(circle => $"{project}: {string.Join(" <-> ", circle)}"));

        static string RoomOf(string folder) => folder.StartsWith(SourceTree.Shared + "/", StringComparison.Ordinal) ? folder : folder.Split('/')[0];
    }

    [Fact]
    public void The_root_of_the_core_stays_small() =>
        Assert.InRange(SourceTree.Files.Count(file => file is { Project: "TrustedApps", Folder: "" }), 1, MaxRootFiles);

    [Fact]
    public void The_largest_circle_of_files_of_the_core_stays_small() => Assert.All(
        Circles<SourceFile>.In(ProjectSources.Of("TrustedApps").Imports),
        circle => Assert.True(circle.Count <= MaxCircle, $"{circle.Count} files name each other: {string.Join(", ", circle)}"));

    [Fact]
    public void Names_of_other_files_are_seen_with_and_without_using()
    {
        // Otherwise the tests above would prove nothing.
        Assert.Contains("TrustedApps/Certificates/SignedCertificate.cs", ImportsOf("TrustedApps/Certificates/ApplicationKeysExtensions.cs"));
        Assert.Contains("TrustedApps/Keys/KeyRing.cs", ImportsOf("TrustedApps/Keys/ApplicationKeys.cs")); // of the same folder
        Assert.Contains("TrustedApps/Keys/KeyRing.cs", ImportsOf("TrustedApps/Certificates/CertificateContent.cs")); // by a using
        Assert.Contains("TrustedApps/Verdict.cs", ImportsOf("TrustedApps/Diagnostics/Telemetry.cs")); // by nesting
        Assert.Contains("TrustedApps/ErrorCodeNames.cs", ImportsOf("TrustedApps/Diagnostics/Telemetry.cs")); // by an extension method
        Assert.Contains("Shared/Text/DisplayName.cs", ImportsOf("TrustedApps/Certificates/ApplicationKeysExtensions.cs"));
        Assert.DoesNotContain("TrustedApps/Verdict.cs", ImportsOf("TrustedApps/Keys/ApplicationKeys.cs"));

        static string[] ImportsOf(string path) =>
            [.. ProjectSources.Of("TrustedApps").Imports.Single(file => file.Key.Path == path).Value.Select(file => file.Path)];
    }

    [Fact]
    public void Circles_are_found()
    {
        var edges = new Dictionary<int, HashSet<int>> { [1] = [2], [2] = [3, 5], [3] = [1, 4], [4] = [4], [5] = [6], [6] = [5], [7] = [1] };
        Assert.Equal([[5, 6], [1, 2, 3]], Circles<int>.In(edges).Select(circle => circle.Order().ToArray()).OrderBy(circle => circle.Length).ToArray());
    }

    // Extension methods for service collections, builders and endpoints stand where their users already have a using.
    private static bool IsRegistration(SourceFile file, BaseNamespaceDeclarationSyntax declared) =>
        _registrationNamespaces.Contains(declared.Name.ToString())
        && file.Types.All(type => type is ClassDeclarationSyntax extensions
            && extensions.Modifiers.Any(SyntaxKind.StaticKeyword)
            && extensions.Identifier.ValueText.EndsWith("Extensions", StringComparison.Ordinal));

    private static Dictionary<string, HashSet<string>> FolderImportsOf(string project)
    {
        ProjectSources sources = ProjectSources.Of(project);
        return sources.Imports
            .GroupBy(file => sources.FolderOf(file.Key), file => file.Value.Select(sources.FolderOf), StringComparer.Ordinal)
            .ToDictionary(folder => folder.Key, folder => folder.SelectMany(others => others).Where(other => other != folder.Key).ToHashSet(StringComparer.Ordinal));
    }

    private static string Example(string room, string other)
    {
        ProjectSources sources = ProjectSources.Of("TrustedApps");
        (SourceFile from, HashSet<SourceFile> named) = sources.Imports.First(file =>
            sources.FolderOf(file.Key) == room && file.Value.Any(named => sources.FolderOf(named) == other));
        return $"'{other}' ({from} names {named.First(file => sources.FolderOf(file) == other)})";
    }
}
