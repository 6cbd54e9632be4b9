namespace TrustedApps.Protocols;

/// <summary>
/// One version or dialect, both ways. Does no input or output and reads no clock: keys, time and bytes come in, a
/// verdict comes out.
/// </summary>
internal interface ITrustedAppProtocol
{
    ProtocolVersion Version { get; }

    /// <summary>Consumer: makes the headers of one assertion; without Cert when the grant was given up in the meantime.</summary>
    AssertionHeaders Issue(in OutgoingAssertion assertion);

    /// <summary>Provider: what is wrong with a request of this version whoever made it, or null.</summary>
    Refusal? CheckShape(in AssertionHeaders headers, in IncomingRequest request) => null;

    /// <summary>Provider: the first header that this version has and the request has not, or null.</summary>
    RefusalReason? FindMissing(in AssertionHeaders headers);

    /// <summary>Provider: decrypts and reads what the assertion says. What older versions say is not proven before <see cref="CheckSignature"/>.</summary>
    Refusal? Open(in AssertionHeaders headers, in IncomingRequest request, TrustedApplication application, Grant? grant, out OpenedAssertion opened);

    /// <summary>Provider: checks that the assertion was made by the application for this request.</summary>
    Refusal? CheckSignature(in AssertionHeaders headers, TrustedApplication application, in OpenedAssertion opened, string url);

    /// <summary>Provider: writes what may not come again; returns how many marks there are, two at most.</summary>
    int MarkForReplay(in AssertionHeaders headers, in OpenedAssertion opened, string url, Span<ReplayMark> marks);
}
