using TrustedApps.Diagnostics;

namespace TrustedApps.Tests;

public class VerdictTests
{
    private static readonly AssertionHeaders _headers = Fixture.Issue(ProtocolVersion.Atlassian3);

    [Fact]
    public void The_default_value_is_a_refusal()
    {
        Verdict verdict = default;
        Assert.Equal(VerdictStatus.Rejected, verdict.Status);
        Assert.False(verdict.Accepted);
        Assert.Null(verdict.Assertion);
        Assert.Equal(ErrorCode.Unknown, verdict.Rejection?.Code);
        Assert.Equal(
            [new("X-Seraph-Trusted-App-Status", "ERROR"), new("X-Seraph-Trusted-App-Error", "UNKNOWN;\tRefused;\t[]")],
            verdict.GetResponseHeaders());
    }

    [Fact]
    public void A_request_that_is_none_of_ours_is_neither_accepted_nor_answered()
    {
        Assert.Equal(VerdictStatus.None, Verdict.None.Status);
        Assert.False(Verdict.None.Accepted);
        Assert.Null(Verdict.None.Assertion);
        Assert.Empty(Verdict.None.GetResponseHeaders());
    }

    [Fact]
    public void An_accepted_request_is_answered_OK()
    {
        var assertion = new VerifiedAssertion(Fixture.Trust(Fixture.Wiki, ProtocolVersion.Atlassian3), ProtocolVersion.Atlassian3, "fred", null, default, null);
        Verdict verdict = Verdict.Accept(_headers, assertion);
        Assert.True(verdict.Accepted);
        Assert.Equal(VerdictStatus.Accepted, verdict.Status);
        Assert.Null(verdict.Rejection);
        Assert.Same(assertion, verdict.Assertion);
        Assert.Equal("wiki", verdict.ClaimedApplicationId);
        Assert.Same(ProtocolVersion.Atlassian3, verdict.Version);
        Assert.Equal([new("X-Seraph-Trusted-App-Status", "OK")], verdict.GetResponseHeaders());
    }

    [Fact]
    public void A_refused_request_is_answered_in_the_headers_of_its_own_family()
    {
        Rejection refusal = new Rejection(RejectionReason.ApplicationUnknown, "Zoë's");
        Verdict verdict = Verdict.Reject(_headers, ProtocolVersion.Atlassian3, refusal);
        Assert.False(verdict.Accepted);
        Assert.Equal(refusal, verdict.Rejection);
        Assert.Equal(
            [
                new("X-Seraph-Trusted-App-Status", "ERROR"),
                new("X-Seraph-Trusted-App-Error", "APP_UNKNOWN;\tApplication not trusted: {0};\t[\"Zo\\u00eb's\"]"),
            ],
            verdict.GetResponseHeaders());

        Assert.Equal(
            [
                new("X-Trusted-App-Status", "Error"),
                new("X-Trusted-App-Error-Code", "APP_UNKNOWN"),
                new("X-Trusted-App-Error-Message", "Application not trusted: Zo?'s"),
            ],
            Verdict.Reject(Fixture.Issue(ProtocolVersion.Warwick), ProtocolVersion.Warwick, refusal).GetResponseHeaders());
    }
}
