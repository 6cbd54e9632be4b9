using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Protocols.Version4;

/// <summary>The consumer's side of version 4, for one provider.</summary>
/// <param name="grants">The consumer's key grants.</param>
internal sealed class Version4Writer(KeyGrantIssuer grants) : IAssertionWriter
{
    public ProtocolVersion Version => ProtocolVersion.Version4;

    public ApplicationCertificate? Provider
    {
        get => grants.Provider;
        set => grants.Provider = value!;
    }

    public AssertionHeaders Issue(in OutgoingAssertion assertion)
    {
        while (true)
        {
            AssertionHeaders headers = Version4Protocol.Issue(assertion, grants.Get(assertion.Milliseconds / 1000));
            if (headers.Cert is not null) return headers; // otherwise two rejections have dropped the grant since Get
        }
    }

    public void Discard(in AssertionHeaders headers) => grants.Discard(headers.Key!);

    public IAssertionWriter With(ApplicationKeys keys) => new Version4Writer(grants.With(keys));
}
