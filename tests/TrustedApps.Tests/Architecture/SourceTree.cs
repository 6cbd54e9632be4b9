using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrustedApps.Tests.Architecture;

/// <summary>The code under src/, as the compiler reads it: comments and strings are not names.</summary>
internal static class SourceTree
{
    /// <summary>The folder of files that several projects compile.</summary>
    public const string Shared = "Shared";

    public static string Root { get; } = FindRoot();

    /// <summary>Every file of every project under src/, the shared ones included.</summary>
    public static IReadOnlyList<SourceFile> Files { get; } = [.. ReadFiles()];

    /// <summary>The projects under src/.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Files.Select(file => file.Project).Distinct(StringComparer.Ordinal).Where(project => project != Shared)];

    public static TheoryData<string> ProjectNames { get; } = [.. Projects];

    /// <summary>Files of a room, such as "TrustedApps/Protocols", with everything below it.</summary>
    public static IReadOnlyList<SourceFile> RoomAt(string path)
    {
        SourceFile[] files = [.. Files.Where(file => file.Path.StartsWith(path + "/", StringComparison.Ordinal))];
        Assert.NotEmpty(files);
        return files;
    }

    /// <summary>The path of a project's file.</summary>
    public static string ProjectFileOf(string project) => Path.Combine(Root, "src", project, project + ".csproj");

    private static IEnumerable<SourceFile> ReadFiles()
    {
        string src = Path.Combine(Root, "src");
        foreach (string path in Directory.EnumerateFiles(src, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string[] parts = Path.GetRelativePath(src, path).Split(Path.DirectorySeparatorChar);
            if (parts.Contains("obj") || parts.Contains("bin")) continue;
            if (parts[0] == "TrustedApps.Templates") continue; // content of packages, which TrustedApps.Packages.Tests builds
            SyntaxTree tree = CSharpSyntaxTree.ParseText(File.ReadAllText(path), path: path);
            yield return new SourceFile(parts[0], string.Join('/', parts[1..^1]), parts[^1], tree.GetCompilationUnitRoot());
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TrustedApps.sln"))) folder = folder.Parent;
        Assert.NotNull(folder);
        return folder.FullName;
    }
}

/// <summary>One file.</summary>
/// <param name="Project">The folder below src/.</param>
/// <param name="Folder">The folder below the project's, with slashes; empty at its root.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Syntax">The syntax tree.</param>
internal sealed record SourceFile(string Project, string Folder, string Name, CompilationUnitSyntax Syntax)
{
    public string Path => Folder.Length == 0 ? $"{Project}/{Name}" : $"{Project}/{Folder}/{Name}";

    /// <summary>The namespace that the folder stands for. Shared files are named from the product's root.</summary>
    public string FolderNamespace =>
        $"{(Project == SourceTree.Shared ? "TrustedApps" : Project)}/{Folder}".TrimEnd('/').Replace('/', '.');

    /// <summary>Every name in the file.</summary>
    public IEnumerable<string> Names => Syntax.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText);

    /// <summary>Every type that the file declares, nested ones too.</summary>
    public IEnumerable<MemberDeclarationSyntax> Types =>
        Syntax.DescendantNodes().OfType<MemberDeclarationSyntax>().Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    /// <summary>The texts of all string literals.</summary>
    public IEnumerable<string> Strings => Syntax.DescendantTokens()
        .Where(token => token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.Utf8StringLiteralToken)
            || token.IsKind(SyntaxKind.InterpolatedStringTextToken) || token.IsKind(SyntaxKind.SingleLineRawStringLiteralToken)
            || token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken))
        .Select(token => token.ValueText);

    public static string NameOf(MemberDeclarationSyntax type) => type is DelegateDeclarationSyntax function
        ? function.Identifier.ValueText
        : ((BaseTypeDeclarationSyntax)type).Identifier.ValueText;

    public override string ToString() => Path;
}
