using System.Collections.Concurrent;
using System.IO.Enumeration;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrustedApps.Tests.Architecture;

/// <summary>
/// One project under src/ as the compiler understands it: which file names types of which other file, whether by a using,
/// by a nested namespace or by an extension method.
/// </summary>
internal sealed class ProjectSources
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Globalization;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly ConcurrentDictionary<string, Lazy<ProjectSources>> _projects = new(StringComparer.Ordinal);
    private static readonly MetadataReference[] _references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("TrustedApps", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly string _project;
    private readonly CSharpCompilation _compilation;
    private readonly Dictionary<SyntaxTree, SourceFile> _files;

    private ProjectSources(string project)
    {
        _project = project;
        SourceFile[] files = [.. SourceTree.Files.Where(file => file.Project == project), .. SharedFilesOf(project)];
        _files = files.ToDictionary(file => file.Syntax.SyntaxTree);
        _compilation = CSharpCompilation.Create(
            project,
            [.. _files.Keys, CSharpSyntaxTree.ParseText(ImplicitUsings)],
            _references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Imports = files.ToDictionary(file => file, ImportsOf);
    }

    /// <summary>For each file the others of the project whose types it names.</summary>
    public IReadOnlyDictionary<SourceFile, HashSet<SourceFile>> Imports { get; }

    public static ProjectSources Of(string project) =>
        _projects.GetOrAdd(project, static project => new(() => new ProjectSources(project))).Value;

    public SemanticModel ModelOf(SourceFile file) => _compilation.GetSemanticModel(file.Syntax.SyntaxTree);

    /// <summary>The folder of a file in this project; empty at the root.</summary>
    public string FolderOf(SourceFile file)
    {
        if (file.Project != SourceTree.Shared) return file.Folder;
        string name = file.FolderNamespace;
        bool isInside = name.StartsWith(_project + ".", StringComparison.Ordinal);
        return isInside ? name[(_project.Length + 1)..].Replace('.', '/') : $"{SourceTree.Shared}/{file.Folder}";
    }

    // The shared files that the project file compiles, too.
    private static IEnumerable<SourceFile> SharedFilesOf(string project)
    {
        const string variable = "$(SharedSource)";
        string[] patterns =
        [
            .. XDocument.Load(SourceTree.ProjectFileOf(project)).Descendants("Compile")
                .SelectMany(compile => ((string?)compile.Attribute("Include") ?? "").Split(';', StringSplitOptions.TrimEntries))
                .Where(include => include.StartsWith(variable, StringComparison.Ordinal))
                .Select(include => $"{SourceTree.Shared}/{include[variable.Length..]}"),
        ];
        return SourceTree.Files.Where(file => patterns.Any(pattern =>
            file.Path == pattern || (Path.GetDirectoryName(pattern) == Path.GetDirectoryName(file.Path)
                && FileSystemName.MatchesSimpleExpression(Path.GetFileName(pattern), file.Name, ignoreCase: false))));
    }

    private HashSet<SourceFile> ImportsOf(SourceFile file)
    {
        SemanticModel model = ModelOf(file);
        var imports = new HashSet<SourceFile>();
        foreach (SimpleNameSyntax name in file.Syntax.DescendantNodes().OfType<SimpleNameSyntax>())
        {
            SymbolInfo info = model.GetSymbolInfo(name);
            ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
            INamedTypeSymbol? type = symbol is IMethodSymbol method ? method.ContainingType : symbol as INamedTypeSymbol;
            foreach (Location location in type?.OriginalDefinition.Locations ?? [])
            {
                if (location.SourceTree is { } tree && _files.TryGetValue(tree, out SourceFile? other) && other != file) imports.Add(other);
            }
        }

        return imports;
    }
}
