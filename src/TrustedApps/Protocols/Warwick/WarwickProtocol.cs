using System.Text;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Warwick;

/// <summary>The Warwick dialect: a readable assertion of two lines; time, URL and user are signed.</summary>
internal sealed class WarwickProtocol : ITrustedAppProtocol
{
    public ProtocolVersion Version => ProtocolVersion.Warwick;

    public AssertionHeaders Issue(in OutgoingAssertion assertion)
    {
        string user = assertion.RequiredUser;
        byte[] text = Encoding.UTF8.GetBytes(ClaimText.Write(assertion.Milliseconds, user));
        string signature = Sha1Signature.Sign(assertion.Keys, assertion.Milliseconds, ClaimText.RequireUrl(assertion.Url), user);
        return new AssertionHeaders(
            HeaderFamily.Warwick, assertion.Keys.Id, version: null, key: null, magic: null, Convert.ToBase64String(text), signature);
    }

    public RefusalReason? FindMissing(in AssertionHeaders headers) => null;

    public Refusal? Open(in AssertionHeaders headers, in IncomingRequest request, TrustedApplication application, Grant? grant, out OpenedAssertion opened)
    {
        string? problem = Read(headers.Cert!, out long milliseconds, out string user);
        opened = new OpenedAssertion(milliseconds, user);
        return problem is null ? null : new Refusal(RefusalReason.AssertionMalformed, application.Id, problem);
    }

    public Refusal? CheckSignature(in AssertionHeaders headers, TrustedApplication application, in OpenedAssertion opened, string url) =>
        Sha1Signature.Check(Version, headers, application, opened.Milliseconds, url, opened.User);

    public int MarkForReplay(in AssertionHeaders headers, in OpenedAssertion opened, string url, Span<ReplayMark> marks)
    {
        marks[0] = new(Sha1Signature.Mark(headers.Signature!), default);
        return 1;
    }

    private static string? Read(string cert, out long milliseconds, out string user)
    {
        (milliseconds, user) = (0, "");
        if (CertHeader.IsTooLong(cert)) return "it is too long";
        if (!CertHeader.TryDecode(cert, out Span<byte> bytes)) return "it is not base64";
        if (!StrictUtf8.TryDecode(bytes, out string? text)) return "it is not UTF-8";
        return ClaimText.TryRead(text, out milliseconds, out user);
    }
}
