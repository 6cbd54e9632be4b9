using System.Text;
using TrustedApps.Diagnostics;
using TrustedApps.Replay;

namespace TrustedApps.Protocols.Atlassian;

/// <summary>Version 3: the assertion is readable; time, URL and user are signed.</summary>
internal sealed class SignedProtocol : ITrustedAppProtocol, IAssertionWriter
{
    public ProtocolVersion Version => ProtocolVersion.Atlassian3;

    public AssertionHeaders Issue(in OutgoingAssertion assertion)
    {
        string user = assertion.RequiredUser;
        byte[] text = Encoding.UTF8.GetBytes(AtlassianClaims.Write(assertion.Milliseconds, user));
        string signature = Sha1Signature.Sign(assertion.Keys, assertion.Milliseconds, LegacyClaims.RequireUrl(assertion.Url), user);
        return new AssertionHeaders(
            HeaderFamily.Atlassian, assertion.Keys.Id, Version.Name, key: null, magic: null, Convert.ToBase64String(text), signature);
    }

    public Rejection? Open(
        in AssertionHeaders headers, in IncomingRequest request, TrustedApplication application, IKeyGrant? grant, out OpenedAssertion opened)
    {
        opened = default;
        string cert = headers.Cert!;
        if (LegacyCertHeader.IsTooLong(cert)) return new(RejectionReason.AssertionMalformed, application.Id, "it is too long");
        if (!LegacyCertHeader.TryDecode(cert, out Span<byte> text)) return new(RejectionReason.MagicWrong, application.Id);

        Rejection? refusal = AtlassianClaims.Read(text, application.Id, out long milliseconds, out string user);
        opened = new OpenedAssertion(milliseconds, user);
        return refusal;
    }

    public Rejection? CheckBinding(in AssertionHeaders headers, TrustedApplication application, in OpenedAssertion opened, string url) =>
        Sha1Signature.Check(Version, headers, application, opened.Milliseconds, url, opened.User);

    public int GetReplayKeys(in AssertionHeaders headers, in OpenedAssertion opened, string url, Span<ReplayKey> keys)
    {
        keys[0] = new(Sha1Signature.Mark(headers.Signature!), default);
        return 1;
    }
}
