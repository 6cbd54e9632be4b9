using System.Text;

namespace TrustedApps.Protocols.Atlassian;

/// <summary>Version 3: the assertion is readable; time, URL and user are signed.</summary>
internal sealed class SignedProtocol : ITrustedAppProtocol
{
    public ProtocolVersion Version => ProtocolVersion.Atlassian3;

    public AssertionHeaders Issue(in OutgoingAssertion assertion)
    {
        string user = assertion.RequiredUser;
        byte[] text = Encoding.UTF8.GetBytes(LegacyText.Write(assertion.Milliseconds, user));
        string signature = Sha1Signature.Sign(assertion.Keys, assertion.Milliseconds, ClaimText.RequireUrl(assertion.Url), user);
        return new AssertionHeaders(
            HeaderFamily.Atlassian, assertion.Keys.Id, Version.Name, key: null, magic: null, Convert.ToBase64String(text), signature);
    }

    public RefusalReason? FindMissing(in AssertionHeaders headers) => null;

    public Refusal? Open(in AssertionHeaders headers, in IncomingRequest request, TrustedApplication application, Grant? grant, out OpenedAssertion opened)
    {
        opened = default;
        string cert = headers.Cert!;
        if (CertHeader.IsTooLong(cert)) return new(RefusalReason.AssertionMalformed, application.Id, "it is too long");
        if (!CertHeader.TryDecode(cert, out Span<byte> text)) return new(RefusalReason.MagicWrong, application.Id);

        Refusal? refusal = LegacyText.Read(text, application.Id, out long milliseconds, out string user);
        opened = new OpenedAssertion(milliseconds, user);
        return refusal;
    }

    public Refusal? CheckSignature(in AssertionHeaders headers, TrustedApplication application, in OpenedAssertion opened, string url) =>
        Sha1Signature.Check(Version, headers, application, opened.Milliseconds, url, opened.User);

    public int MarkForReplay(in AssertionHeaders headers, in OpenedAssertion opened, string url, Span<ReplayMark> marks)
    {
        marks[0] = new(Sha1Signature.Mark(headers.Signature!), default);
        return 1;
    }
}
