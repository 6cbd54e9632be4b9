using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Replay;
using TrustedApps.Text;

namespace TrustedApps.Protocols.Atlassian;

/// <summary>
/// Versions 1 and 2: the assertion is encrypted with RC4 under a key that raw RSA with the private key wraps. Version
/// 2 signs time and URL; version 1 only when the consumer adds a signature.
/// </summary>
internal sealed class EncryptedProtocol(ProtocolVersion version) : ITrustedAppProtocol, IAssertionWriter
{
    // Without padding the Magic header of a key never changes.
    private static readonly ConditionalWeakTable<ApplicationKeys, string> _magicHeaders = [];

    public ProtocolVersion Version { get; } = version;

    private bool MustBeSigned => Version == ProtocolVersion.Atlassian2;

    public AssertionHeaders Issue(in OutgoingAssertion assertion)
    {
        (ApplicationKeys keys, string url, long milliseconds) = (assertion.Keys, LegacyClaims.RequireUrl(assertion.Url), assertion.Milliseconds);
        byte[] text = Encoding.UTF8.GetBytes(AtlassianClaims.Write(milliseconds, assertion.RequiredUser));

        Span<byte> secretKey = stackalloc byte[OpenedKey.Size];
        do RandomNumberGenerator.Fill(secretKey);
        while (secretKey[0] == 0); // as a number, a leading zero would be lost

        Rc4.Transform(secretKey, text);
        string wrapped = Convert.ToBase64String(RawRsa.Private(keys, secretKey));
        CryptographicOperations.ZeroMemory(secretKey);

        string magic = _magicHeaders.GetValue(keys, static keys => Convert.ToBase64String(RawRsa.Private(keys, LegacyMagic.Utf8)));
        string? signature = MustBeSigned ? Sha1Signature.Sign(keys, milliseconds, url, user: null) : null;
        return new AssertionHeaders(
            HeaderFamily.Atlassian, keys.Id, Version.Name, wrapped, magic, Convert.ToBase64String(text), signature);
    }

    public RejectionReason? FindMissingHeader(in AssertionHeaders headers)
    {
        if (headers.Key.AsSpan().ContainsOnlyBlanks()) return RejectionReason.SecretKeyNotFound;
        return headers.Magic.AsSpan().ContainsOnlyBlanks() ? RejectionReason.MagicNotFound : null;
    }

    public Rejection? Open(
        in AssertionHeaders headers, in IncomingRequest request, TrustedApplication application, IKeyGrant? grant, out OpenedAssertion opened)
    {
        opened = default;
        RsaPublicKey publicKey = application.Legacy!.PublicKey;
        if (FindKey(headers.Key, publicKey) is not { } key) return new(RejectionReason.KeyNotReadable, "secret key", application.Id);
        if (!IsMagic(headers.Magic, publicKey)) return new(RejectionReason.KeyNotReadable, "magic number", application.Id);

        string cert = headers.Cert!;
        if (LegacyCertHeader.IsTooLong(cert)) return new(RejectionReason.AssertionMalformed, application.Id, "it is too long");
        if (!LegacyCertHeader.TryDecode(cert, out Span<byte> text)) return new(RejectionReason.MagicWrong, application.Id);
        key.Cipher.Transform(text);

        Rejection? refusal = AtlassianClaims.Read(text, application.Id, out long milliseconds, out string user);
        opened = new OpenedAssertion(milliseconds, user, key);
        return refusal;
    }

    // A signature that is there is checked, even an empty one on a version 1 request.
    public Rejection? CheckBinding(in AssertionHeaders headers, TrustedApplication application, in OpenedAssertion opened, string url) =>
        headers.Signature is not null || MustBeSigned
            ? Sha1Signature.Check(Version, headers, application, opened.Milliseconds, url, user: null)
            : null;

    public void Accepted(TrustedApplication application, in OpenedAssertion opened) =>
        OpeningCache.Of(application.Legacy!.PublicKey).Keys.Hold((OpenedKey)opened.State!);

    // Neither Key nor user is signed, so each part is tied to the others: one Key, one Cert and URL; one signature, one
    // Key and Cert.
    public int GetReplayKeys(in AssertionHeaders headers, in OpenedAssertion opened, string url, Span<ReplayKey> keys)
    {
        var key = (OpenedKey)opened.State!;
        UInt128 companion = key.MarkCompanion(headers.Cert!, url);
        keys[0] = new(key.Mark, companion);
        if (headers.Signature is null) return 1;
        keys[1] = new(Sha1Signature.Mark(headers.Signature), companion);
        return 2;
    }

    // Every genuine client draws 16 bytes of which the first is not zero. A Key made up without the private key opens
    // to a number about as long as the modulus.
    private static OpenedKey? FindKey(string? base64, RsaPublicKey publicKey)
    {
        if (base64 is null) return null;
        if (OpeningCache.Of(publicKey).Keys.Find(base64) is { } cached) return cached;
        return TryOpen(base64, publicKey, out byte[] secretKey) && secretKey.Length == OpenedKey.Size
            ? new OpenedKey(base64, secretKey)
            : null;
    }

    private static bool IsMagic(string? base64, RsaPublicKey publicKey)
    {
        var cache = OpeningCache.Of(publicKey);
        if (cache.MagicHeader is { } cached && base64 == cached) return true;
        if (!TryOpen(base64, publicKey, out byte[] magic) || !magic.AsSpan().SequenceEqual(LegacyMagic.Utf8)) return false;
        cache.MagicHeader = base64;
        return true;
    }

    private static bool TryOpen(string? base64, RsaPublicKey key, out byte[] plaintext)
    {
        plaintext = [];
        Span<byte> buffer = stackalloc byte[1024]; // 8,192 bits at most
        Span<byte> input = buffer[..key.ModulusLength];
        return StrictBase64.TryDecodeExactly(base64, input) && RawRsa.TryPublic(key, input, out plaintext);
    }
}
