using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Keys;
using TrustedApps.Legacy.Wire;
using TrustedApps.Protocols;
using TrustedApps.Replay;
using TrustedApps.Text;

namespace TrustedApps.Legacy.Atlassian;

/// <summary>
/// Versions 1 and 2: the assertion is encrypted with RC4 under a key that raw RSA with the private key wraps. Version
/// 2 signs time and URL; version 1 only when the consumer adds a signature.
/// </summary>
internal sealed class EncryptedProtocol(ProtocolVersion version) : LegacyProtocol(version)
{
    // Without padding the header called Magic of a key never changes.
    private static readonly ConditionalWeakTable<ApplicationKeys, string> _magicHeaders = [];

    private bool MustBeSigned => Version == ProtocolVersion.Atlassian2;

    public override async ValueTask<LegacyHeaders> IssueAsync(
        ApplicationKeys keys, string user, string url, long milliseconds, CancellationToken cancellationToken)
    {
        LegacyClaims.RequireUrl(url);
        byte[] text = Encoding.UTF8.GetBytes(AtlassianClaims.Write(milliseconds, user));
        string wrapped = Encrypt(keys, text);
        string magic = _magicHeaders.GetValue(
            keys,
            static keys => Convert.ToBase64String(RawRsa.Private(keys, LegacyMagic.Utf8))
        );
        string? signature = MustBeSigned
            ? await Sha1Signature
                .SignAsync(keys, milliseconds, url, user: null, cancellationToken)
                .ConfigureAwait(false)
            : null;
        return new LegacyHeaders
        {
            Key = wrapped,
            Magic = magic,
            Cert = Convert.ToBase64String(text),
            Signature = signature,
        };
    }

    public override LegacyRejection? FindMissingHeader(in LegacyHeaders headers)
    {
        if (headers.Key.AsSpan().ContainsOnlyBlanks()) return new(LegacyProblem.SecretKeyMissing);
        return headers.Magic.AsSpan().ContainsOnlyBlanks() ? new LegacyRejection(LegacyProblem.MagicMissing) : null;
    }

    public override LegacyRejection? Open(
        in LegacyHeaders headers,
        RsaPublicKey publicKey,
        out LegacyAssertion assertion
    )
    {
        assertion = default;
        if (FindKey(headers.Key, publicKey) is not { } key) return new(LegacyProblem.SecretKeyUnreadable);
        if (!IsMagic(headers.Magic, publicKey)) return new(LegacyProblem.MagicUnreadable);

        string cert = headers.Cert!;
        if (LegacyCertHeader.IsTooLong(cert)) return new(LegacyProblem.Malformed, "it is too long");
        if (!LegacyCertHeader.TryDecode(cert, out Span<byte> text)) return new(LegacyProblem.MagicWrong);
        key.Cipher.Transform(text);

        LegacyRejection? rejection = AtlassianClaims.Read(text, out assertion);
        assertion = assertion with { State = key };
        return rejection;
    }

    // A signature that is there is checked, even an empty one on a version 1 request.
    public override LegacyRejection? CheckSignature(
        in LegacyHeaders headers, RsaPublicKey publicKey, in LegacyAssertion assertion, string url) =>
        headers.Signature is not null || MustBeSigned
            ? Sha1Signature.Check(headers.Signature, publicKey, assertion.Milliseconds, url, user: null)
            : null;

    // Neither Key nor user is signed, so each part is bound to the others: one Key, one Cert and URL; one signature,
    // one Key and Cert.
    public override int GetReplayKeys(
        in LegacyHeaders headers,
        in LegacyAssertion assertion,
        string url,
        Span<ReplayKey> keys
    )
    {
        var key = (OpenedKey)assertion.State!;
        UInt128 boundTo = key.BindTo(headers.Cert!, url);
        keys[0] = new(key.ReplayKey, boundTo);
        if (headers.Signature is null) return 1;
        keys[1] = new(Sha1Signature.ReplayKeyOf(headers.Signature), boundTo);
        return 2;
    }

    public override void Accepted(RsaPublicKey publicKey, in LegacyAssertion assertion) =>
        OpeningCache.Of(publicKey).OpenedKeys.Add((OpenedKey)assertion.State!);

    // Encrypts a text in its place with a new secret key; returns that key, wrapped.
    private static string Encrypt(ApplicationKeys keys, byte[] text)
    {
        Span<byte> secretKey = stackalloc byte[OpenedKey.Size];
        do RandomNumberGenerator.Fill(secretKey);
        while (secretKey[0] == 0); // as a number, a leading zero would be lost

        try
        {
            Rc4.Transform(secretKey, text);
            return Convert.ToBase64String(RawRsa.Private(keys, secretKey));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secretKey);
        }
    }

    // Every genuine client draws 16 bytes of which the first is not zero. A Key made up without the private key opens
    // to a number about as long as the modulus.
    private static OpenedKey? FindKey(string? base64, RsaPublicKey publicKey)
    {
        if (base64 is null) return null;
        if (OpeningCache.Of(publicKey).OpenedKeys.Find(base64) is { } cached) return cached;
        return TryOpen(base64, publicKey, out byte[] secretKey) && secretKey.Length == OpenedKey.Size
            ? new OpenedKey(base64, secretKey)
            : null;
    }

    private static bool IsMagic(string? base64, RsaPublicKey publicKey)
    {
        var cache = OpeningCache.Of(publicKey);
        if (cache.MagicHeader is { } cached && base64 == cached) return true;
        if (!TryOpen(base64, publicKey, out byte[] magic) || !magic.AsSpan().SequenceEqual(LegacyMagic.Utf8))
        {
            return false;
        }

        cache.MagicHeader = base64;
        return true;
    }

    private static bool TryOpen(string? base64, RsaPublicKey publicKey, out byte[] plaintext)
    {
        plaintext = [];
        Span<byte> buffer = stackalloc byte[1024]; // 8,192 bits at most
        Span<byte> input = buffer[..OpeningCache.Of(publicKey).Numbers.ModulusLength];
        return StrictBase64.TryDecodeExactly(base64, input) && RawRsa.TryPublic(publicKey, input, out plaintext);
    }
}
