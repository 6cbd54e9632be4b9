using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrustedApps.Diagnostics;

namespace TrustedApps.Tests.Architecture;

/// <summary>Rule 4: the checks of a request are read from top to bottom. AssertionVerifierOrderTests prove the order by behaviour.</summary>
public class OrderTests
{
    [Fact]
    public void The_reasons_stand_in_the_order_of_the_checks()
    {
        string[] reasons =
        [
            .. SourceTree.Files.Single(file => file.Path == "TrustedApps/AssertionVerifier.cs").Syntax.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
                .Where(access => access.Expression.ToString() == nameof(RejectionReason)).Select(access => access.Name.ToString()),
        ];
        Assert.Equal(
            [
                "TrustsUnavailable", "TrustPending", "ApplicationUnknown", "ApplicationSuspended", "VersionNotRegistered", "VersionNotAccepted", "VersionUnsafeHere", "AddressNotAllowed",
                "ForwardedAddressNotAllowed", "ForwardedForUnreadable", "TooEarly", "TooOld", "UrlTooLong", "NotOriginForm", "NotOurUrl", "HeaderNotBound", "MethodNotAllowed", "UrlNotAllowed",
                "DelegationNotAllowed", "ScopeNotAllowed", "SelfNotAllowed", "UserNotAllowed", "UserNotResolved", "UserUnknown", "UserNotAllowed", "MemoryFull", "MemoryStarting", "MemoryUnavailable", "Replayed",
            ],
            reasons);
    }

    [Fact]
    public void The_verifier_and_the_issuer_ask_for_traits_and_never_whether_a_version_is_old()
    {
        string[] paths = ["TrustedApps/AssertionVerifier.cs", "TrustedApps/AssertionIssuer.cs", "TrustedApps/Verdict.cs"];
        Assert.All(paths, path => Assert.DoesNotContain("IsLegacy", SourceTree.Files.Single(file => file.Path == path).Names));
    }
}
