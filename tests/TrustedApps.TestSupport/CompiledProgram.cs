using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrustedApps.TestSupport;

/// <summary>A program of a document, compiled as a reader's project would compile it, but without implicit usings.</summary>
internal sealed class CompiledProgram
{
    /// <summary>The name of its assembly, which a host takes for the application's.</summary>
    public const string Name = "Program";

    // Takes the place of System.Console in the program, so that programs of parallel tests do not share one output.
    private const string Console = """
        internal static class Console
        {
            public static System.IO.StringWriter Written { get; } = new();

            public static void WriteLine(string? text) => Written.WriteLine(text);
        }
        """;

    /// <summary>How programs are read.</summary>
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.CSharp14, preprocessorSymbols: ["NET", "NET5_0_OR_GREATER", "NET10_0_OR_GREATER"]);

    // The web SDK makes the class of top-level statements public, for tests of the application.
    private const string PublicProgram = "public partial class Program;";

    private static readonly Dictionary<string, MetadataReference> _references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .DistinctBy(path => Path.GetFileNameWithoutExtension(path))
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path), path => (MetadataReference)MetadataReference.CreateFromFile(path));

    // Programs that are added to one compilation share what it has read of its references, which takes most of the time.
    private static readonly CSharpCompilation _everything = CSharpCompilation.Create(
        Name, [Parse(Console)], _references.Values, new CSharpCompilationOptions(
            OutputKind.ConsoleApplication,
            nullableContextOptions: NullableContextOptions.Enable,
            specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)])); // as the SDK does

    private readonly AssemblyLoadContext _context;
    private readonly Assembly _assembly;

    private CompiledProgram(Stream image)
    {
        _context = new AssemblyLoadContext(name: null);
        _assembly = _context.LoadFromStream(image);
    }

    /// <summary>The types of the program.</summary>
    public IReadOnlyList<Type> Types => _assembly.GetTypes();

    /// <summary>The text that the program has written to its console.</summary>
    public string Output => _assembly.GetType("Console")!.GetProperty("Written")!.GetValue(null)!.ToString()!;

    /// <summary>Compiles the program and loads it.</summary>
    /// <param name="code">The text of the program.</param>
    /// <param name="isReferenced">Tells by its name whether the program may use an assembly; all assemblies if null.</param>
    /// <param name="generators">The source generators that the packages of the program bring.</param>
    /// <exception cref="InvalidOperationException">The compiler reports an error or a warning.</exception>
    public static CompiledProgram Compile(string code, Func<string, bool>? isReferenced = null, GeneratorDriver? generators = null)
    {
        Compilation compilation = (isReferenced is null ? _everything : _everything.WithReferences(References(isReferenced))).AddSyntaxTrees(Parse(code));
        if (code.Contains("<Program>", StringComparison.Ordinal)) compilation = compilation.AddSyntaxTrees(Parse(PublicProgram));
        generators?.RunGeneratorsAndUpdateCompilation(compilation, out compilation, out _);
        using var image = new MemoryStream();
        string[] problems = [.. compilation.Emit(image).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString())];
        if (problems.Length > 0) throw new InvalidOperationException(string.Join('\n', problems));

        image.Position = 0;
        return new CompiledProgram(image);
    }

    /// <summary>Runs the program to its end, on a thread of its own.</summary>
    public Task RunAsync(params string[] arguments) => Task.Factory.StartNew(
        () =>
        {
            using AssemblyLoadContext.ContextualReflectionScope scope = _context.EnterContextualReflection(); // what looks for the application by its name
            return _assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null);
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static SyntaxTree Parse(string code) => CSharpSyntaxTree.ParseText(code, ParseOptions);

    private static IEnumerable<MetadataReference> References(Func<string, bool> isReferenced) =>
        _references.Where(reference => isReferenced(reference.Key)).Select(reference => reference.Value);
}
