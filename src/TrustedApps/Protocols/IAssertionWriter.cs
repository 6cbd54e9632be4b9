using TrustedApps.Keys;

namespace TrustedApps.Protocols;

/// <summary>The consumer's side of one version. Safe for concurrent use.</summary>
internal interface IAssertionWriter
{
    ProtocolVersion Version { get; }

    /// <summary>
    /// The provider that assertions are made for, and its key; null in versions without a single provider.
    /// </summary>
    KeyGrantRecipient? Provider => null;

    /// <summary>Makes the headers of one assertion.</summary>
    ValueTask<AssertionHeaders> IssueAsync(OutgoingAssertion assertion, CancellationToken cancellationToken);

    /// <summary>
    /// Discards the state that a rejected request was made with, so that the next request uses new state.
    /// </summary>
    void Discard(in AssertionHeaders headers)
    {
    }

    /// <summary>
    /// Returns a writer for other keys of the same application, or another key of the same provider.
    /// </summary>
    IAssertionWriter With(ApplicationKeys keys, KeyGrantRecipient? provider) => this;
}
