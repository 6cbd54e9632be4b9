using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrustedApps.Tests.Architecture;

/// <summary>Rule 6: what was verified has a type that only verification makes.</summary>
public class ProofTests
{
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
        ProjectSources core = ProjectSources.Of("TrustedApps");
        List<string> makers = [], understood = [];
        foreach (SourceFile file in core.Imports.Keys)
        {
            SemanticModel model = core.ModelOf(file);
            foreach (BaseObjectCreationExpressionSyntax made in file.Syntax.DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>())
            {
                string? type = model.GetTypeInfo(made, TestContext.Current.CancellationToken).Type?.Name;
                if (type == nameof(VerifiedAssertion)) makers.Add(file.Name);
                if (made is ImplicitObjectCreationExpressionSyntax && type == nameof(Rejection)) understood.Add(file.Name);
            }
        }

        Assert.Equal(["AssertionVerifier.cs"], makers.Distinct());
        Assert.Contains("KeyGrantToken.cs", understood); // there new(...) makes rejections
    }

    // The files that make one by name. A new file joins here, after some thought: what did it verify?
    [Theory]
    [InlineData("ClaimsIdentity", "AnonymousAccess.cs", "SchemePrincipal.cs")] // the first: an anonymous user
    [InlineData("TrustedIdentity", "TrustedIdentity.cs", "TrustedPrincipal.cs")] // the first: a copy
    [InlineData("ClaimsPrincipal", "AnonymousAccess.cs", "SchemePrincipal.cs", "TrustedPrincipal.cs")] // the first: an anonymous user
    [InlineData("GenericIdentity")]
    [InlineData("GenericPrincipal")]
    [InlineData("AuthenticationTicket", "ChainHandler.cs", "CredentialCheck.cs", "ProxyAuthenticationHandler.cs", "RaisedEvents.cs", "TrustedAppsHandler.cs")]
    public void Identities_and_tickets_are_made_only_where_something_was_verified(string type, params string[] makers) =>
        Assert.Equal(makers, MakersOf(type));

    [Fact]
    public void Nor_are_they_made_without_naming_them()
    {
        // new(...) takes its type from where it stands: in front of it, or in what the member returns.
        string[] types = ["ClaimsIdentity", "ClaimsPrincipal", "IIdentity", "IPrincipal", "AuthenticationTicket"];
        Assert.All(SourceTree.Files.SelectMany(file => file.Syntax.DescendantNodes().OfType<ImplicitObjectCreationExpressionSyntax>()), made =>
        {
            string? declared = made.Ancestors().Select(TypeOf).FirstOrDefault(type => type is not null);
            Assert.DoesNotContain(types, type => declared == type || declared == type + "?" || declared?.EndsWith($"<{type}>", StringComparison.Ordinal) == true);
        });

        static string? TypeOf(SyntaxNode node) => node switch
        {
            VariableDeclarationSyntax variable => variable.Type.ToString(),
            MethodDeclarationSyntax method => method.ReturnType.ToString(),
            PropertyDeclarationSyntax property => property.Type.ToString(),
            LocalFunctionStatementSyntax function => function.ReturnType.ToString(),
            _ => null,
        };
    }

    [Fact]
    public void A_principal_is_made_of_a_verified_assertion_or_of_a_known_user()
    {
        Assert.Equal(nameof(VerifiedAssertion), FirstParameterOf("TrustedPrincipal.cs"));
        Assert.Equal(nameof(UserResolution), FirstParameterOf("SchemePrincipal.cs"));

        static string FirstParameterOf(string name) => SourceTree.Files.Single(file => file.Name == name)
            .Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>().Single(method => method.Identifier.ValueText == "Of").ParameterList.Parameters[0].Type!.ToString();
    }

    [Fact]
    public void A_ticket_holds_such_a_principal_or_that_of_a_link_that_succeeded()
    {
        ILookup<string, string> principals = SourceTree.Files
            .SelectMany(file => file.Syntax.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()
                .Where(made => made.Type.ToString() == "AuthenticationTicket")
                .Select(made => (file.Name, Principal: OriginOf(made.ArgumentList!.Arguments[0].Expression))))
            .ToLookup(made => made.Name, made => made.Principal);

        Assert.Equal("ticket.Principal", Assert.Single(principals["ChainHandler.cs"])); // passes on what it was given
        Assert.Equal("raised.Principal", Assert.Single(principals["RaisedEvents.cs"])); // the verified one, unless the application's own event replaced it
        Assert.Contains("Principal = TrustedPrincipal.Of(assertion, ", SourceTree.Files.Single(file => file.Name == "RaisedEvents.cs").Syntax.ToString(), StringComparison.Ordinal);
        Assert.All(principals.Where(made => made.Key is not ("ChainHandler.cs" or "RaisedEvents.cs")).SelectMany(made => made), principal => Assert.Matches(@"^(TrustedPrincipal|SchemePrincipal)\.Of\(", principal));
    }

    // Of a local variable the expression that it is declared with, or that a pattern takes it from.
    private static string OriginOf(ExpressionSyntax principal) => principal is not IdentifierNameSyntax variable
        ? principal.ToString()
        : principal.Ancestors().OfType<MethodDeclarationSyntax>().First().DescendantNodes().OfType<IsPatternExpressionSyntax>()
            .FirstOrDefault(pattern => pattern.Pattern is RecursivePatternSyntax { Designation: SingleVariableDesignationSyntax named } && named.Identifier.ValueText == variable.Identifier.ValueText)
            ?.Expression.ToString()
        ?? principal.Ancestors().OfType<MethodDeclarationSyntax>().First().DescendantNodes().OfType<VariableDeclaratorSyntax>()
            .Single(declared => declared.Identifier.ValueText == variable.Identifier.ValueText).Initializer!.Value.ToString();

    private static string[] MakersOf(string type) =>
    [
        .. SourceTree.Files
            .Where(file => file.Syntax.DescendantNodes().OfType<ObjectCreationExpressionSyntax>().Any(made => made.Type.ToString() == type || made.Type.ToString().EndsWith("." + type, StringComparison.Ordinal)))
            .Select(file => file.Name)
            .Order(StringComparer.Ordinal),
    ];
}
