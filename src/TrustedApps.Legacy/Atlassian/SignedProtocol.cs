using System.Text;
using TrustedApps.Keys;
using TrustedApps.Legacy.Wire;
using TrustedApps.Protocols;
using TrustedApps.Replay;

namespace TrustedApps.Legacy.Atlassian;

/// <summary>Version 3: the assertion is readable; time, URL and user are signed.</summary>
internal sealed class SignedProtocol() : LegacyProtocol(ProtocolVersion.Atlassian3)
{
    public override async ValueTask<LegacyHeaders> IssueAsync(
        ApplicationKeys keys, string user, string url, long milliseconds, CancellationToken cancellationToken)
    {
        byte[] text = Encoding.UTF8.GetBytes(AtlassianClaims.Write(milliseconds, user));
        string signature = await Sha1Signature
            .SignAsync(keys, milliseconds, LegacyClaims.RequireUrl(url), user, cancellationToken).ConfigureAwait(false);
        return new LegacyHeaders { Cert = Convert.ToBase64String(text), Signature = signature };
    }

    public override LegacyRejection? Open(
        in LegacyHeaders headers,
        RsaPublicKey publicKey,
        out LegacyAssertion assertion
    )
    {
        assertion = default;
        string cert = headers.Cert!;
        if (LegacyCertHeader.IsTooLong(cert)) return new(LegacyProblem.Malformed, "it is too long");
        if (!LegacyCertHeader.TryDecode(cert, out Span<byte> text)) return new(LegacyProblem.MagicWrong);
        return AtlassianClaims.Read(text, out assertion);
    }

    public override LegacyRejection? CheckSignature(
        in LegacyHeaders headers, RsaPublicKey publicKey, in LegacyAssertion assertion, string url) =>
        Sha1Signature.Check(headers.Signature, publicKey, assertion.Milliseconds, url, assertion.User);

    public override int GetReplayKeys(
        in LegacyHeaders headers,
        in LegacyAssertion assertion,
        string url,
        Span<ReplayKey> keys
    )
    {
        keys[0] = new(Sha1Signature.ReplayKeyOf(headers.Signature!), default);
        return 1;
    }
}
