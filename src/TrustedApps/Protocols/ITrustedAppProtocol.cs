using System.Net;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.Protocols;

/// <summary>
/// The provider's side of one version, in the order in which the verifier calls it. Takes keys, time and bytes; returns
/// a rejection or the claims of the assertion. Does no input or output, and reads no clock.
/// </summary>
internal interface ITrustedAppProtocol
{
    ProtocolVersion Version { get; }

    /// <summary>Checks the form of the headers and of the request line, before the trust is looked up.</summary>
    Rejection? CheckHeaders(in AssertionHeaders headers, in IncomingRequest request) => null;

    /// <summary>Finds the first header that every request of this version has and this one lacks.</summary>
    RejectionReason? FindMissingHeader(in AssertionHeaders headers) => null;

    /// <summary>Finds the key grant of the request, verified now or before. Only for versions that need one.</summary>
    ValueTask<KeyGrantResult> FindKeyGrantAsync(
        in AssertionHeaders headers,
        TrustedApplication application,
        ApplicationKeys keys,
        IPAddress? address,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException($"Version {Version} has no key grants.");

    /// <summary>Counts the key grants that are kept of each application.</summary>
    IEnumerable<KeyValuePair<string, int>> CountKeyGrants() => [];

    /// <summary>
    /// Decrypts and reads the assertion. The assertion is not proven before <see cref="CheckBinding"/> accepts it.
    /// </summary>
    Rejection? Open(
        in AssertionHeaders headers,
        in IncomingRequest request,
        TrustedApplication application,
        IKeyGrant? grant,
        out OpenedAssertion opened
    );

    /// <summary>Checks that the application made the assertion for this request.</summary>
    Rejection? CheckBinding(
        in AssertionHeaders headers,
        TrustedApplication application,
        in OpenedAssertion opened,
        string url
    );

    /// <summary>
    /// Writes the replay keys of the assertion, at most <see cref="ReplayEntry.MaxMarks"/>, and returns their number.
    /// </summary>
    int GetReplayKeys(in AssertionHeaders headers, in OpenedAssertion opened, string url, Span<ReplayKey> keys);

    /// <summary>
    /// Caches values that make the next request of the application cheaper. Called once every check has passed.
    /// </summary>
    void Accepted(TrustedApplication application, in OpenedAssertion opened)
    {
    }
}
