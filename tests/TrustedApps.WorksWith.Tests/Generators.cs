using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TrustedApps.WorksWith.Tests;

/// <summary>The source generators of packages, which the programs of the pages need.</summary>
internal static class Generators
{
    /// <summary>Makes the implementations of Refit's interfaces. The build copies it beside the tests.</summary>
    public static GeneratorDriver Refit { get; } = CSharpGeneratorDriver.Create(
        Load("InterfaceStubGeneratorV2.dll"),
        parseOptions: CompiledProgram.ParseOptions,
        optionsProvider: new Properties(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["build_property.RefitInternalNamespace"] = "Program",
            ["build_property.RefitGeneratedRequestBuilding"] = "true", // the default of the package
        }));

    private static IEnumerable<ISourceGenerator> Load(string file) =>
        Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "generators", file)).GetTypes()
            .Where(type => type.GetCustomAttribute<GeneratorAttribute>() is not null)
            .Select(type => ((IIncrementalGenerator)Activator.CreateInstance(type)!).AsSourceGenerator());

    /// <summary>What the project file of a program says to generators.</summary>
    private sealed class Properties(Dictionary<string, string> values) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(values);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Values(Dictionary<string, string> values) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
        }
    }
}
