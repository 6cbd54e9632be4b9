using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrustedApps.Tests.Architecture;

/// <summary>Rule 5: the order of checks is read top to bottom in one method of the verifier.</summary>
public class OrderTests
{
    [Fact]
    public void The_checks_stand_in_their_order_in_one_method()
    {
        SourceFile verifier = SourceTree.Files.Single(file => file.Path == "TrustedApps/AssertionVerifier.cs");
        ILookup<string, string> reasons = verifier.Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            .Where(access => access.Expression.ToString() == nameof(RefusalReason))
            .ToLookup(access => access.Ancestors().OfType<MethodDeclarationSyntax>().First().Identifier.ValueText, access => access.Name.ToString());

        Assert.Equal(["CheckAsync", "FindReplayReason"], reasons.Select(method => method.Key));
        Assert.Equal(
            [
                "TrustsUnavailable", "ApplicationUnknown", "ApplicationSuspended", "VersionNotAccepted", "VersionUnsafeHere", "AddressNotAllowed", "ForwardedAddressNotAllowed", "TooEarly", "TooOld",
                "UrlTooLong", "NotOriginForm", "NotOurUrl", "MethodNotAllowed", "UrlNotAllowed", "SelfNotAllowed", "UserNotAllowed", "UserUnknown", "UserNotAllowed",
            ],
            reasons["CheckAsync"]);
    }

    [Fact]
    public void What_is_asked_of_others_stands_in_its_order_among_them()
    {
        SourceFile verifier = SourceTree.Files.Single(file => file.Path == "TrustedApps/AssertionVerifier.cs");
        string[] others =
        [
            "CheckShape", "Find", "TryFindConditions", "FindAsync", "Open", "TimesOf", "CheckSignature", "AllowsMethod", "RememberAsync", "ReadAsync", "ResolveAsync", "Accept",
        ];
        MethodDeclarationSyntax checks = verifier.Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>().Single(method => method.Identifier.ValueText == "CheckAsync");
        string[] asked =
        [
            .. checks.DescendantNodes().OfType<InvocationExpressionSyntax>()
                .Select(call => call.Expression.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Last().Identifier.ValueText)
                .Where(others.Contains),
        ];
        Assert.Equal(
            [
                "Find", "CheckShape", "Find", "TryFindConditions", "FindAsync", "Open", "TimesOf", "CheckSignature", "AllowsMethod", "RememberAsync", "ReadAsync",
                "Accept", "ResolveAsync", "Accept",
            ],
            asked);
    }
}
