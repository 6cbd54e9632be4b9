using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrustedApps.Diagnostics;

namespace TrustedApps.Tests.Architecture;

/// <summary>Rule 5: the order of checks is read top to bottom in the verifier.</summary>
public class OrderTests
{
    private static readonly MethodDeclarationSyntax[] _checks =
    [
        .. SourceTree.Files.Single(file => file.Path == "TrustedApps/AssertionVerifier.cs").Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Where(method => method.Identifier.ValueText.StartsWith("Check", StringComparison.Ordinal)),
    ];

    [Fact]
    public void The_checks_stand_in_their_order()
    {
        Assert.Equal(["CheckCaller", "CheckGrant", "CheckAssertion", "CheckReplay", "CheckContent", "CheckUser", "CheckResolution"], _checks.Select(method => method.Identifier.ValueText));
        Assert.Equal(
            [
                "TrustsUnavailable", "ApplicationUnknown", "ApplicationSuspended", "VersionNotAccepted", "VersionUnsafeHere", "AddressNotAllowed", "ForwardedAddressNotAllowed", "TooEarly", "TooOld",
                "UrlTooLong", "NotOriginForm", "NotOurUrl", "MethodNotAllowed", "UrlNotAllowed", "SelfNotAllowed", "UserNotAllowed", "UserUnknown", "UserNotAllowed",
            ],
            _checks.SelectMany(method => method.DescendantNodes()).OfType<MemberAccessExpressionSyntax>()
                .Where(access => access.Expression.ToString() == nameof(RejectionReason)).Select(access => access.Name.ToString()));
    }

    // One after the other, and nobody else: none can be left out on the way.
    [Fact]
    public void Each_part_of_the_checks_is_gone_on_to_from_the_one_before()
    {
        string[] names = [.. _checks.Select(method => method.Identifier.ValueText)];
        Assert.Equal(
            [
                "CheckCaller > CheckAssertion", "CheckCaller > CheckGrant", // versions before 4 have no grant
                "CheckGrant > CheckAssertion",
                "CheckAssertion > CheckContent", "CheckAssertion > CheckReplay", // nothing to remember where nothing could be refused
                "CheckReplay > CheckContent",
                "CheckContent > CheckUser",
                "CheckUser > CheckResolution",
            ],
            _checks.SelectMany(method => method.DescendantNodes().OfType<IdentifierNameSyntax>()
                .Select(name => name.Identifier.ValueText).Where(names.Contains).Distinct().Select(next => $"{method.Identifier.ValueText} > {next}")));
    }

    [Fact]
    public void What_is_asked_of_others_stands_in_its_order_among_them()
    {
        string[] others =
        [
            "CheckShape", "Find", "TryFindConditions", "FindAsync", "Open", "TimesOf", "CheckSignature", "AllowsMethod", "TryAddAsync", "ReadAsync", "ResolveAsync", "Accept",
        ];
        string[] asked =
        [
            .. _checks.SelectMany(method => method.DescendantNodes()).OfType<InvocationExpressionSyntax>()
                .Select(call => call.Expression.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Last().Identifier.ValueText)
                .Where(others.Contains),
        ];
        Assert.Equal(
            [
                "Find", "CheckShape", "Find", "TryFindConditions", "FindAsync", "Open", "TimesOf", "CheckSignature", "AllowsMethod", "TryAddAsync", "ReadAsync",
                "Accept", "ResolveAsync", "Accept",
            ],
            asked);
    }
}
