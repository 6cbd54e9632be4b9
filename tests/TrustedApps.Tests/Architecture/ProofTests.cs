using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrustedApps.Tests.Architecture;

/// <summary>Rule 6: what was verified has a type that only verification makes.</summary>
public class ProofTests
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    [Fact]
    public void Only_the_verifier_says_new_VerifiedAssertion()
    {
        string[] makers =
        [
            .. from file in SourceTree.Files
               where file.Syntax.DescendantNodes().OfType<ObjectCreationExpressionSyntax>().Any(made => made.Type.ToString().EndsWith("VerifiedAssertion", StringComparison.Ordinal))
               select file.Path,
        ];
        Assert.Equal(["TrustedApps/AssertionVerifier.cs"], makers);
        Assert.Empty(typeof(VerifiedAssertion).GetConstructors(BindingFlags.Public | BindingFlags.Instance));
    }

    [Fact]
    public void Nor_does_anybody_make_one_without_naming_it()
    {
        // As the compiler understands it: new(...) takes its type from where it stands.
        SourceFile[] core = [.. SourceTree.Files.Where(file => file.Project == "TrustedApps")];
        string references = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        var compilation = CSharpCompilation.Create(
            "core",
            [.. core.Select(file => file.Syntax.SyntaxTree), CSharpSyntaxTree.ParseText(ImplicitUsings, cancellationToken: TestContext.Current.CancellationToken)],
            references.Split(Path.PathSeparator).Where(path => !Path.GetFileName(path).StartsWith("TrustedApps", StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

        List<string> makers = [], understood = [];
        foreach (SourceFile file in core)
        {
            SemanticModel model = compilation.GetSemanticModel(file.Syntax.SyntaxTree);
            foreach (BaseObjectCreationExpressionSyntax made in file.Syntax.DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>())
            {
                string? type = model.GetTypeInfo(made, TestContext.Current.CancellationToken).Type?.Name;
                if (type == nameof(VerifiedAssertion)) makers.Add(file.Name);
                if (made is ImplicitObjectCreationExpressionSyntax && type == nameof(Refusal)) understood.Add(file.Name);
            }
        }

        Assert.Equal(["AssertionVerifier.cs"], makers.Distinct());
        Assert.Contains("EncryptedProtocol.cs", understood); // there new(...) makes refusals
    }

    [Fact]
    public void Identities_are_made_only_of_what_was_verified()
    {
        SourceFile[] makers =
        [
            .. SourceTree.Files.Where(file => file.Syntax.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()
                .Any(made => made.Type.ToString() is "ClaimsIdentity" or "ClaimsPrincipal" or "GenericPrincipal" or "GenericIdentity" or "AuthenticationTicket")),
        ];
        Assert.All(makers, file => Assert.True(
            file.Names.Contains(nameof(VerifiedAssertion)) || file.Names.Contains("TrustedPrincipal"), $"{file} makes an identity of something else."));
        Assert.Contains(makers, file => file.Names.Contains(nameof(VerifiedAssertion)));
    }
}
