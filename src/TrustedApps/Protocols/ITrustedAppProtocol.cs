using TrustedApps.Diagnostics;
using TrustedApps.Protocols.Version4;
using TrustedApps.Replay;

namespace TrustedApps.Protocols;

/// <summary>
/// One version or dialect, both ways. Does no input or output and reads no clock: keys, time and bytes come in, a
/// verdict comes out.
/// </summary>
internal interface ITrustedAppProtocol
{
    ProtocolVersion Version { get; }

    /// <summary>Consumer: makes the headers of one assertion; without Cert when the grant was given up in the meantime.</summary>
    ValueTask<AssertionHeaders> IssueAsync(OutgoingAssertion assertion, CancellationToken cancellationToken);

    /// <summary>Provider: what is wrong with a request of this version whoever made it, or null.</summary>
    Rejection? CheckShape(in AssertionHeaders headers, in IncomingRequest request) => null;

    /// <summary>Provider: the first header that this version has and the request has not, or null.</summary>
    RejectionReason? FindMissing(in AssertionHeaders headers);

    /// <summary>Provider: decrypts and reads what the assertion says. What older versions say is not proven before <see cref="CheckSignature"/>.</summary>
    Rejection? Open(in AssertionHeaders headers, in IncomingRequest request, TrustedApplication application, KeyGrant? grant, out OpenedAssertion opened);

    /// <summary>Provider: checks that the assertion was made by the application for this request.</summary>
    Rejection? CheckSignature(in AssertionHeaders headers, TrustedApplication application, in OpenedAssertion opened, string url);

    /// <summary>Provider: writes what may not come again; returns how many marks there are, two at most.</summary>
    int GetReplayKeys(in AssertionHeaders headers, in OpenedAssertion opened, string url, Span<ReplayKey> marks);
}
