using System.Text;
using TrustedApps.Diagnostics;
using TrustedApps.Replay;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Warwick;

/// <summary>The Warwick dialect: a readable assertion of two lines; time, URL and user are signed.</summary>
internal sealed class WarwickProtocol : ITrustedAppProtocol, IAssertionWriter
{
    public ProtocolVersion Version => ProtocolVersion.Warwick;

    public AssertionHeaders Issue(in OutgoingAssertion assertion)
    {
        string user = assertion.RequiredUser;
        byte[] text = Encoding.UTF8.GetBytes(LegacyClaims.Write(assertion.Milliseconds, user));
        string signature = Sha1Signature.Sign(assertion.Keys, assertion.Milliseconds, LegacyClaims.RequireUrl(assertion.Url), user);
        return new AssertionHeaders(
            HeaderFamily.Warwick, assertion.Keys.Id, version: null, key: null, magic: null, Convert.ToBase64String(text), signature);
    }

    public Rejection? Open(
        in AssertionHeaders headers, in IncomingRequest request, TrustedApplication application, IKeyGrant? grant, out OpenedAssertion opened)
    {
        string? problem = Read(headers.Cert!, out long milliseconds, out string user);
        opened = new OpenedAssertion(milliseconds, user);
        return problem is null ? null : new Rejection(RejectionReason.AssertionMalformed, application.Id, problem);
    }

    public Rejection? CheckBinding(in AssertionHeaders headers, TrustedApplication application, in OpenedAssertion opened, string url) =>
        Sha1Signature.Check(Version, headers, application, opened.Milliseconds, url, opened.User);

    public int GetReplayKeys(in AssertionHeaders headers, in OpenedAssertion opened, string url, Span<ReplayKey> keys)
    {
        keys[0] = new(Sha1Signature.Mark(headers.Signature!), default);
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
