using System.Text;
using TrustedApps.Keys;
using TrustedApps.Legacy.Wire;
using TrustedApps.Protocols;
using TrustedApps.Replay;
using TrustedApps.Text;

namespace TrustedApps.Legacy.Warwick;

/// <summary>The Warwick dialect: a readable assertion of two lines; time, URL and user are signed.</summary>
internal sealed class WarwickProtocol() : LegacyProtocol(ProtocolVersion.Warwick)
{
    public override async ValueTask<LegacyHeaders> IssueAsync(
        ApplicationKeys keys, string user, string url, long milliseconds, CancellationToken cancellationToken)
    {
        byte[] text = Encoding.UTF8.GetBytes(LegacyClaims.Write(milliseconds, user));
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
        string? problem = Read(headers.Cert!, out long milliseconds, out string user);
        assertion = new LegacyAssertion(milliseconds, user);
        return problem is null ? null : new LegacyRejection(LegacyProblem.Malformed, problem);
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

    private static string? Read(string cert, out long milliseconds, out string user)
    {
        (milliseconds, user) = (0, "");
        if (LegacyCertHeader.IsTooLong(cert)) return "it is too long";
        if (!LegacyCertHeader.TryDecode(cert, out Span<byte> bytes)) return "it is not base64";
        if (!StrictUtf8.TryDecode(bytes, out string? text)) return "it is not UTF-8";
        return LegacyClaims.TryRead(text, out milliseconds, out user);
    }
}
