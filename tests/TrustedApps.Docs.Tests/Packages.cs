using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TrustedApps.Docs.Tests;

/// <summary>The packages of <c>src</c>, as their project files describe them.</summary>
internal static partial class Packages
{
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).SelectMany(folder => Directory.GetFiles(folder, "*.csproj")).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static string ReadmeOf(string package) => $"src/{package}/README.md";

    /// <summary>
    /// Tells by an assembly's name whether a program may use it, if its project references only the packages that the
    /// README names in <c>dotnet add package</c>.
    /// </summary>
    public static Func<string, bool> AllowedBy(string readme)
    {
        string[] added = [.. AddPackage().Matches(Repository.Read(readme)).Select(match => match.Groups["package"].Value)];
        HashSet<string> closure = [.. added.Intersect(Names).SelectMany(ClosureOf)]; // others are where the tests have them
        bool isWeb = closure.Any(package => Project(package).Descendants("FrameworkReference").Any());
        return assembly =>
            assembly.StartsWith("TrustedApps", StringComparison.Ordinal) ? closure.Contains(assembly)
            : isWeb || !assembly.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal);
    }

    private static IEnumerable<string> ClosureOf(string package) => Project(package).Descendants("ProjectReference")
        .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
        .SelectMany(ClosureOf)
        .Prepend(package);

    private static XDocument Project(string package) => XDocument.Load(Path.Combine(Repository.Root, "src", package, $"{package}.csproj"));

    [GeneratedRegex(@"^    dotnet add package (?<package>[\w.]+)$", RegexOptions.Multiline, 1000)]
    private static partial Regex AddPackage();
}
