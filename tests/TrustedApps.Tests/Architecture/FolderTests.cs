using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrustedApps.Tests.Architecture;

/// <summary>Rules 1 and 2: the folder is the namespace, rooms are internal, imports run one way.</summary>
public class FolderTests
{
    // What each room of the core may import. A new room joins here, after some thought.
    private static readonly Dictionary<string, string[]> _imports = new()
    {
        ["Text"] = [],
        ["Replay"] = [],
        ["Keys"] = ["Text"],
        ["Conditions"] = ["Text"],
        ["Protocols"] = ["Text"],
        ["Content"] = ["Protocols"],
        ["Http"] = ["Conditions"],
    };

    [Fact]
    public void The_folder_is_the_namespace()
    {
        foreach (SourceFile file in SourceTree.Files.Where(file => file.Types.Any()))
        {
            string expected = $"{file.Project}/{file.Folder}".TrimEnd('/').Replace('/', '.');
            BaseNamespaceDeclarationSyntax declared = Assert.Single(file.Syntax.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>());
            Assert.Equal((file.Path, expected), (file.Path, declared.Name.ToString()));
        }
    }

    [Fact]
    public void Every_project_is_seen() =>
        Assert.Superset(new HashSet<string> { "TrustedApps", "TrustedApps.AspNetCore" }, SourceTree.Files.Select(file => file.Project).ToHashSet());

    [Fact]
    public void Public_types_stand_at_the_root_of_their_project()
    {
        string[] inRooms =
        [
            .. from file in SourceTree.Files
               where file.Folder.Length > 0
               from type in file.Types
               where type.Parent is BaseNamespaceDeclarationSyntax && type.Modifiers.Any(SyntaxKind.PublicKeyword)
               select $"{file}: {SourceFile.NameOf(type)}",
        ];
        Assert.Empty(inRooms);
        Assert.All(typeof(AssertionVerifier).Assembly.GetExportedTypes(), type => Assert.Equal("TrustedApps", type.Namespace));
    }

    [Fact]
    public void Rooms_import_only_the_rooms_that_they_may()
    {
        foreach (string room in RoomsOf("TrustedApps"))
        {
            Assert.True(_imports.ContainsKey(room), $"Say what the room {room} may import.");
            Assert.Subset(_imports[room].ToHashSet(), ImportsOf("TrustedApps", room).ToHashSet());
        }
    }

    [Fact]
    public void Folders_form_no_circles()
    {
        foreach (string project in SourceTree.Files.Select(file => file.Project).Distinct())
        {
            List<string> rest = [.. RoomsOf(project)];
            while (rest.Find(room => !ImportsOf(project, room).Any(rest.Contains)) is { } leaf) rest.Remove(leaf);
            Assert.True(rest.Count == 0, $"{project}: circles among {string.Join(", ", rest)}");
        }
    }

    [Fact]
    public void Names_of_other_rooms_are_seen_with_and_without_using()
    {
        // Otherwise the two tests above would prove nothing.
        Assert.Equal(["Text"], ImportsByUsing("TrustedApps", "Protocols").Except(["Protocols"]));
        Assert.Equal(["Text"], ImportsByName("TrustedApps", "Protocols").Except(["Protocols"]));
        Assert.Equal(["Text"], ImportsOf("TrustedApps", "Keys"));
    }

    // Names that can be of a type: those after a dot are members, unless a namespace stands before it.
    private static IEnumerable<string> TypesNamedIn(SourceFile file) => file.Syntax.DescendantNodes().OfType<SimpleNameSyntax>()
        .Where(name => name.Parent is not MemberBindingExpressionSyntax
            && (name.Parent is not MemberAccessExpressionSyntax access || access.Name != name || RoomsOf(file.Project).Contains(access.Expression.ToString())))
        .Select(name => name.Identifier.ValueText);

    private static string[] RoomsOf(string project) =>
        [.. SourceTree.Files.Where(file => file.Project == project && file.Room.Length > 0).Select(file => file.Room).Distinct()];

    // The rooms whose types a room names. The root is the vocabulary of all of them.
    private static string[] ImportsOf(string project, string room) =>
        [.. ImportsByUsing(project, room).Concat(ImportsByName(project, room)).Where(other => other != room).Distinct()];

    private static IEnumerable<string> ImportsByUsing(string project, string room) => SourceTree.Files
        .Where(file => file.Project == project && file.Room == room)
        .SelectMany(file => file.Syntax.Usings)
        .Select(import => import.Name?.ToString() ?? "")
        .Where(name => name.StartsWith(project + ".", StringComparison.Ordinal))
        .Select(name => name[(project.Length + 1)..].Split('.')[0])
        .Where(RoomsOf(project).Contains);

    private static IEnumerable<string> ImportsByName(string project, string room)
    {
        ILookup<string, string> roomsOfType = SourceTree.Files
            .Where(file => file.Project == project)
            .SelectMany(file => file.Types.Where(type => type.Parent is BaseNamespaceDeclarationSyntax).Select(type => (SourceFile.NameOf(type), file.Room)))
            .ToLookup(type => type.Item1, type => type.Room);
        return SourceTree.Files
            .Where(file => file.Project == project && file.Room == room)
            .SelectMany(TypesNamedIn)
            .Distinct()
            .Where(name => !roomsOfType[name].Contains(room) && !roomsOfType[name].Contains(""))
            .SelectMany(name => roomsOfType[name]);
    }
}
