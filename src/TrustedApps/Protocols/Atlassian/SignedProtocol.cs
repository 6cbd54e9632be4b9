using System.Text;

namespace TrustedApps.Protocols.Atlassian;

/// <summary>Version 3: the assertion is readable; time, URL and user are signed.</summary>
internal sealed class SignedProtocol : ITrustedAppProtocol
{
    public ProtocolVersion Version => ProtocolVersion.Atlassian3;

    public AssertionHeaders Issue(ApplicationKeys keys, string user, string url, long milliseconds)
    {
        byte[] text = Encoding.UTF8.GetBytes(LegacyText.Write(milliseconds, user));
        string signature = Sha1Signature.Sign(keys, milliseconds, ClaimText.RequireUrl(url), user);
        return new AssertionHeaders(
            HeaderFamily.Atlassian, keys.Id, Version.Name, key: null, magic: null, Convert.ToBase64String(text), signature);
    }

    public RefusalReason? FindMissing(in AssertionHeaders headers) => null;

    public Refusal? Open(in AssertionHeaders headers, TrustedApplication application, out OpenedAssertion opened)
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
        marks[0] = new(Sha1Signature.Mark(opened.Milliseconds, url, opened.User), default);
        return 1;
    }
}
