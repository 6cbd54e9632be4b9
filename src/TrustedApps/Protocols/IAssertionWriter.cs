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

    /// <summary>Makes one assertion.</summary>
    ValueTask<IssuedAssertion> IssueAsync(OutgoingAssertion assertion, CancellationToken cancellationToken);

    /// <summary>Takes note of the answer to a request.</summary>
    /// <param name="grant">The key grant of the request.</param>
    /// <param name="answer">What the answer says about its key grant.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <returns>Whether the request tried a new key grant, and the one before is there to go on with.</returns>
    bool Answered(IKeyGrant grant, KeyGrantAnswer answer, long now) => false;

    /// <summary>
    /// Returns a writer for other keys of the same application, or another key of the same provider. It takes over from
    /// this one.
    /// </summary>
    IAssertionWriter With(ApplicationKeys keys, KeyGrantRecipient? provider) => this;

    /// <summary>Zeroes secrets as soon as they are unused.</summary>
    void Close()
    {
    }
}
