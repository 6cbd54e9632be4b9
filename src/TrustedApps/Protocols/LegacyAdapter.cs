using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.Protocols;

/// <summary>
/// Adapts an older version to the interface of the core: adds the names of headers, and reasons to rejections.
/// </summary>
internal sealed class LegacyAdapter(LegacyProtocol legacy) : ITrustedAppProtocol, IAssertionWriter
{
    public ProtocolVersion Version => legacy.Version;

    public async ValueTask<IssuedAssertion> IssueAsync(
        OutgoingAssertion assertion,
        CancellationToken cancellationToken
    )
    {
        (ApplicationKeys keys, string user) = (assertion.Keys, assertion.RequiredUser);
        LegacyHeaders issued = await legacy
            .IssueAsync(keys, user, assertion.Url, assertion.Milliseconds, cancellationToken).ConfigureAwait(false);
        var family = HeaderFamily.Of(Version);
        string? version = family.Version is null ? null : Version.Name;
        return new(new(family, keys.Id, version, issued.Key, issued.Magic, issued.Cert, issued.Signature));
    }

    public RejectionReason? FindMissingHeader(in AssertionHeaders headers) =>
        legacy.FindMissingHeader(Read(headers)) is { } missing ? ToRejection(missing, headers, url: "").Reason : null;

    public Rejection? Open(
        in AssertionHeaders headers,
        in IncomingRequest request,
        TrustedApplication application,
        IKeyGrant? grant,
        out OpenedAssertion opened
    )
    {
        LegacyRejection? rejection = legacy.Open(
            Read(headers),
            application.Legacy!.PublicKey,
            out LegacyAssertion assertion
        );
        opened = new OpenedAssertion(assertion.Milliseconds, assertion.User, assertion.State);
        return rejection is { } unread ? ToRejection(unread, headers, url: "") : null;
    }

    public Rejection? CheckBinding(
        in AssertionHeaders headers,
        TrustedApplication application,
        in OpenedAssertion opened,
        string url
    )
    {
        LegacyRejection? rejection = legacy.CheckSignature(
            Read(headers),
            application.Legacy!.PublicKey,
            Read(opened),
            url
        );
        return rejection is { } unsigned ? ToRejection(unsigned, headers, url) : null;
    }

    public int GetReplayKeys(
        in AssertionHeaders headers,
        in OpenedAssertion opened,
        string url,
        Span<ReplayKey> keys
    ) => legacy.GetReplayKeys(Read(headers), Read(opened), url, keys);

    public void Accepted(TrustedApplication application, in OpenedAssertion opened) =>
        legacy.Accepted(application.Legacy!.PublicKey, Read(opened));

    private static LegacyHeaders Read(in AssertionHeaders headers) =>
        new() { Key = headers.Key, Magic = headers.Magic, Cert = headers.Cert, Signature = headers.Signature };

    private static LegacyAssertion Read(in OpenedAssertion opened) =>
        new(opened.Milliseconds, opened.User!, opened.State);

    private Rejection ToRejection(LegacyRejection rejection, in AssertionHeaders headers, string url)
    {
        string? id = headers.ApplicationId;
        return rejection.Problem switch
        {
            LegacyProblem.SecretKeyMissing => new(RejectionReason.SecretKeyNotFound),
            LegacyProblem.MagicMissing => new(RejectionReason.MagicNotFound),
            LegacyProblem.SecretKeyUnreadable => new(RejectionReason.KeyNotReadable, "secret key", id),
            LegacyProblem.MagicUnreadable => new(RejectionReason.KeyNotReadable, "magic number", id),
            LegacyProblem.MagicWrong => new(RejectionReason.MagicWrong, id),
            LegacyProblem.SignatureMissing => new(RejectionReason.SignatureMissing, Version.Name),
            LegacyProblem.SignatureWrong => new(RejectionReason.SignatureWrong, url, WithoutQuery(url)),
            _ => new(RejectionReason.AssertionMalformed, id, rejection.Detail),
        };
    }

    // For logs: a query may hold secrets.
    private static string WithoutQuery(string url)
    {
        int query = url.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? url : url[..query];
    }
}
