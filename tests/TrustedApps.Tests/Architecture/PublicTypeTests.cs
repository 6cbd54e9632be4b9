using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrustedApps.Tests.Architecture;

/// <summary>The public types of each library are those of its PublicAPI files, which the build holds to the code.</summary>
public partial class PublicTypeTests(ITestOutputHelper output)
{
    public static TheoryData<string, int> Libraries => new()
    {
        { "TrustedApps", 97 },
        { "TrustedApps.Legacy", 2 },
        { "TrustedApps.AspNetCore", 25 },
        { "TrustedApps.AspNetCore.OpenApi", 1 },
        { "TrustedApps.AspNetCore.SignIn", 22 },
        { "TrustedApps.OpenTelemetry", 2 },
        { "TrustedApps.Storage", 19 },
        { "TrustedApps.Testing", 7 },
        { "TrustedApps.Admin", 3 },
    };

    [Fact]
    public void Every_library_is_listed() => Assert.Equal(
        SourceTree.Projects.Where(project => project != "TrustedApps.Tool").Order(StringComparer.Ordinal),
        Libraries.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_types_are_those_that_are_written_down(string library, int count)
    {
        string[] written = [.. ReadWritten(library)];
        output.WriteLine($"{library}: {written.Length} public types\n{string.Join('\n', written)}");
        Assert.Equal(written, ReadDeclared(library).Order(StringComparer.Ordinal));
        Assert.Equal(count, written.Length); // a new public type is a decision: it changes this number
    }

    private static IEnumerable<string> ReadWritten(string library) => new[] { "PublicAPI.Shipped.txt", "PublicAPI.Unshipped.txt" }
        .SelectMany(file => File.ReadLines(Path.Combine(SourceTree.Root, "src", library, file)))
        .Select(line => Modifiers().Replace(line, ""))
        .Where(line => TypeName().IsMatch(line))
        .Select(line => line.Split('<')[0])
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> ReadDeclared(string library) =>
        from file in SourceTree.Files
        where file.Project == library
        from type in file.Syntax.DescendantNodes().OfType<MemberDeclarationSyntax>()
        where type is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
        where type.AncestorsAndSelf().OfType<MemberDeclarationSyntax>()
            .All(member => member is BaseNamespaceDeclarationSyntax || member.Modifiers.Any(SyntaxKind.PublicKeyword))
        let space = type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Single().Name
        let outer = string.Concat(type.Ancestors().OfType<BaseTypeDeclarationSyntax>().Reverse().Select(parent => parent.Identifier + "."))
        select $"{space}.{outer}{SourceFile.NameOf(type)}";

    [GeneratedRegex(@"^(\[\w+\])?~?((static|abstract|virtual|override|readonly|const) )*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Modifiers();

    [GeneratedRegex(@"^[\w.]+(<[^>]*>)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeName();
}
