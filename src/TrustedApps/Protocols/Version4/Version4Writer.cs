using TrustedApps.Keys;

namespace TrustedApps.Protocols.Version4;

/// <summary>The consumer's side of version 4, for one provider.</summary>
/// <param name="grants">The consumer's key grants.</param>
internal sealed class Version4Writer(KeyGrantIssuer grants) : IAssertionWriter
{
    public ProtocolVersion Version => ProtocolVersion.Version4;

    public KeyGrantRecipient? Provider => grants.Provider;

    public async ValueTask<AssertionHeaders> IssueAsync(
        OutgoingAssertion assertion,
        CancellationToken cancellationToken
    )
    {
        grants.Enter();
        try
        {
            while (true)
            {
                KeyGrant grant = await grants
                    .GetAsync(assertion.Milliseconds / 1000, assertion.Trial, cancellationToken)
                    .ConfigureAwait(false);
                AssertionHeaders headers = Issue(assertion, grant);
                // otherwise two rejections have dropped the grant since GetAsync
                if (headers.Cert is not null) return headers;
            }
        }
        finally
        {
            grants.Leave();
        }
    }

    public bool Answered(in AssertionHeaders headers, KeyGrantAnswer answer, long now) =>
        grants.Answered(headers.Key!, answer, now);

    public void Close() => grants.Close();

    public IAssertionWriter With(ApplicationKeys keys, KeyGrantRecipient? provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return new Version4Writer(grants.With(keys, provider));
    }

    // A user or a URL that cannot be sent ends a trial, too.
    private AssertionHeaders Issue(in OutgoingAssertion assertion, KeyGrant grant)
    {
        try
        {
            return Version4Protocol.Issue(assertion, grant);
        }
        catch
        {
            grants.Answered(grant.Token, KeyGrantAnswer.Unknown, assertion.Milliseconds);
            throw;
        }
    }
}
