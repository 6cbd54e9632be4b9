using System.Reflection;
using Microsoft.CodeAnalysis;

namespace TrustedApps.WorksWith.Tests;

/// <summary>The source generators of packages, which the programs of the pages need.</summary>
internal static class Generators
{
    /// <summary>Makes the implementations of Refit's interfaces. The build copies it beside the tests.</summary>
    public static ISourceGenerator[] Refit { get; } = Load("InterfaceStubGeneratorV2.dll");

    private static ISourceGenerator[] Load(string file) =>
    [
        .. Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "generators", file)).GetTypes()
            .Where(type => type.GetCustomAttribute<GeneratorAttribute>() is not null)
            .Select(type => Activator.CreateInstance(type) switch
            {
                IIncrementalGenerator incremental => incremental.AsSourceGenerator(),
                object other => (ISourceGenerator)other,
                null => throw new InvalidOperationException($"{type} cannot be made."),
            }),
    ];
}
