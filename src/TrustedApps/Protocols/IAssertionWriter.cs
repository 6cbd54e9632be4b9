using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Protocols;

/// <summary>The consumer's side of one version. Safe for concurrent use.</summary>
internal interface IAssertionWriter
{
    ProtocolVersion Version { get; }

    /// <summary>
    /// The certificate of the provider that assertions are made for; null in versions that are not made for one
    /// provider.
    /// </summary>
    ApplicationCertificate? Provider => null;

    /// <summary>Makes the headers of one assertion.</summary>
    ValueTask<AssertionHeaders> IssueAsync(OutgoingAssertion assertion, CancellationToken cancellationToken);

    /// <summary>Drops what a rejected request was made with, so that the next one is made anew.</summary>
    void Discard(in AssertionHeaders headers)
    {
    }

    /// <summary>
    /// Returns a writer for other keys of the same application, or another certificate of the same provider.
    /// </summary>
    IAssertionWriter With(ApplicationKeys keys, ApplicationCertificate? provider) => this;
}
