using TrustedApps.Content;
using TrustedApps.Keys;
using TrustedApps.Responses;

namespace TrustedApps.Protocols.Version4;

/// <summary>The consumer's side of version 4, for one provider.</summary>
/// <param name="grants">The consumer's key grants.</param>
internal sealed class Version4Writer(KeyGrantIssuer grants) : IAssertionWriter
{
    public ProtocolVersion Version => ProtocolVersion.Version4;

    public KeyGrantRecipient? Provider => grants.Provider;

    public async ValueTask<IssuedAssertion> IssueAsync(
        OutgoingAssertion assertion,
        CancellationToken cancellationToken
    )
    {
        grants.Enter();
        try
        {
            if (assertion.Request.RequireResponseProof) grants.DateBack();
            while (true)
            {
                KeyGrant grant = await grants
                    .GetAsync(assertion.Milliseconds / 1000, assertion.Trial, cancellationToken)
                    .ConfigureAwait(false);
                // otherwise two rejections have dropped the grant since GetAsync
                if (Issue(assertion, grant) is { } issued) return issued;
            }
        }
        finally
        {
            grants.Leave();
        }
    }

    public bool Answered(IKeyGrant grant, KeyGrantAnswer answer, long now) => grants.Answered(grant, answer, now);

    public void Close() => grants.Close();

    public IAssertionWriter With(ApplicationKeys keys, KeyGrantRecipient? provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return new Version4Writer(grants.With(keys, provider));
    }

    // Libraries and proxies send requests again by themselves, and the provider may ask the copy of one that was
    // executed for the key grant. So only requests that may be executed twice leave it out.
    private static bool MayName(in OutgoingAssertion assertion) =>
        assertion.Trial == KeyGrantTrial.Allowed
        && assertion.Request.Content.Claim.Kind == ContentDigestKind.None;

    private IssuedAssertion? Issue(in OutgoingAssertion assertion, KeyGrant grant)
    {
        ResponseKey? responseKey = assertion.Request.RequireResponseProof ? grant.ResponseKey.Copy() : null;
        if (assertion.Request.RequireResponseProof && responseKey is null) return null; // dropped in the meantime
        AssertionHeaders headers = Seal(assertion, grant);
        if (headers.Cert is not { } cert) return null;
        ResponseVerifier? verifier = responseKey is null
            ? null
            : new(responseKey, grant.Id, AssertionToken.FindNonce(cert).ToString());
        return new(headers, grant, verifier);
    }

    // A user or a URL that cannot be sent ends a trial, too.
    private AssertionHeaders Seal(in OutgoingAssertion assertion, KeyGrant grant)
    {
        bool isNamed = MayName(assertion) && grants.TryName(grant);
        try
        {
            return Version4Protocol.Issue(assertion, grant, isNamed);
        }
        catch
        {
            grants.Answered(grant, KeyGrantAnswer.Unknown, assertion.Milliseconds);
            throw;
        }
    }
}
