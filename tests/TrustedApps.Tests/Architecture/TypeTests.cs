using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrustedApps.Tests.Architecture;

/// <summary>How types and methods are made.</summary>
public class TypeTests
{
    // Classes that applications derive from, as from the events of every scheme of ASP.NET Core.
    private static readonly string[] _bases = ["TrustedApps.AspNetCore/: TrustedAppsEvents"];

    [Fact]
    public void Every_class_is_sealed_static_or_abstract()
    {
        var classes = SourceTree.Files
            .SelectMany(file => file.Types.Select(type => (file, type)))
            .Where(found => found.type is ClassDeclarationSyntax || found.type.IsKind(SyntaxKind.RecordDeclaration))
            .GroupBy(found => $"{found.file.Project}/{found.file.Folder}: {SourceFile.NameOf(found.type)}", found => found.type) // parts of one class count together
            .ToArray();
        Assert.True(classes.Length > 50);
        Assert.Subset(classes.Select(parts => parts.Key).ToHashSet(), _bases.ToHashSet());
        Assert.All(classes.Where(parts => !_bases.Contains(parts.Key)), parts => Assert.True(
            parts.Any(part => part.Modifiers.Any(SyntaxKind.SealedKeyword) || part.Modifiers.Any(SyntaxKind.StaticKeyword) || part.Modifiers.Any(SyntaxKind.AbstractKeyword)),
            parts.Key));
    }

    [Fact]
    public void A_cancellation_token_is_the_last_parameter_in_the_source_of_every_project()
    {
        ParameterListSyntax[] lists =
        [
            .. SourceTree.Files
                .SelectMany(file => file.Syntax.DescendantNodes().OfType<ParameterListSyntax>())
                .Where(list => list.Parameters.Any(IsToken)),
        ];
        Assert.NotEmpty(lists);
        Assert.All(lists, list => Assert.Equal(list.Parameters.Count - 1, list.Parameters.IndexOf(IsToken)));

        static bool IsToken(ParameterSyntax parameter) => parameter.Type?.ToString() == "CancellationToken";
    }

    [Fact]
    public void A_cancellation_token_is_the_last_parameter_in_the_core_as_it_was_built()
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        ParameterInfo[][] lists =
        [
            .. typeof(AssertionVerifier).Assembly.GetTypes()
                .Where(type => type.GetCustomAttribute<CompilerGeneratedAttribute>() is null)
                .SelectMany(type => type.GetMethods(all).Cast<MethodBase>().Concat(type.GetConstructors(all)))
                .Select(method => method.GetParameters())
                .Where(parameters => parameters.Any(parameter => parameter.ParameterType == typeof(CancellationToken))),
        ];
        Assert.NotEmpty(lists);
        Assert.All(lists, parameters => Assert.Equal(typeof(CancellationToken), parameters[^1].ParameterType));
    }

    [Fact]
    public void No_type_is_named_for_want_of_a_name()
    {
        Assert.All(
            SourceTree.Files.SelectMany(file => file.Types).Select(SourceFile.NameOf),
            name => Assert.DoesNotMatch("Helper|Manager|Util", name));
        Assert.Contains("AssertionVerifier", SourceTree.Files.SelectMany(file => file.Types).Select(SourceFile.NameOf));
    }

    [Fact]
    public void Nothing_catches_everything()
    {
        CatchClauseSyntax[] catches = [.. SourceTree.Files.SelectMany(file => file.Syntax.DescendantNodes().OfType<CatchClauseSyntax>())];
        Assert.NotEmpty(catches);
        Assert.All(catches, clause =>
        {
            bool isEverything = clause.Declaration is null || clause.Declaration.Type.ToString() is "Exception" or "System.Exception";
            bool throwsAgain = clause.Block.Statements.LastOrDefault() is ThrowStatementSyntax { Expression: null };
            Assert.False(isEverything && clause.Filter is null && !throwsAgain, clause.SyntaxTree.FilePath);
        });
    }
}
