using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using TrustedApps.Text;

namespace TrustedApps.Protocols;

/// <summary>
/// RSASSA-PKCS1-v1_5 with SHA-1 (RFC 8017 section 8.2) over a base string of lines: what versions 2 and 3 and Warwick
/// sign with. Nothing newer may use it.
/// </summary>
[SuppressMessage("Security", "CA5350", Justification = "The wire format of these versions is fixed.")]
internal static class Sha1Signature
{
    private const int StackLimit = 1024; // bytes

    public static string Sign(ApplicationKeys keys, long milliseconds, string url, string? user)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        if (!TryHash(milliseconds, url, user, sha256: false, hash)) throw new ArgumentException("The URL cannot be written as UTF-8.", nameof(url));
        return Convert.ToBase64String(keys.SignHash(hash, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1));
    }

    /// <summary>The refusal of a request whose signature is missing or wrong, or null.</summary>
    public static Refusal? Check(
        ProtocolVersion version, in AssertionHeaders headers, TrustedApplication application, long milliseconds, string url, string? user)
    {
        if (headers.Signature is null) return new(RefusalReason.SignatureMissing, version.Name);
        if (Verify(application.Legacy!.PublicKey, headers.Signature, milliseconds, url, user)) return null;

        int query = url.IndexOf('?', StringComparison.Ordinal);
        return new(RefusalReason.SignatureWrong, url, query < 0 ? url : url[..query]); // logs get no query: it may hold secrets
    }

    public static bool Verify(RsaPublicKey key, string? base64, long milliseconds, string url, string? user)
    {
        Span<byte> buffer = stackalloc byte[StackLimit];
        Span<byte> signature = buffer[..key.ModulusLength]; // 8,192 bits at most
        if (!StrictBase64.TryDecodeExactly(base64, signature)) return false;

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        return TryHash(milliseconds, url, user, sha256: false, hash)
            && key.VerifyHash(signature: signature, hash: hash, algorithm: HashAlgorithmName.SHA1, padding: RSASignaturePadding.Pkcs1);
    }

    /// <summary>A mark of the base string for the replay memory: of SHA-256, since SHA-1 has collisions to offer.</summary>
    public static UInt128 Mark(long milliseconds, string url, string? user)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        TryHash(milliseconds, url, user, sha256: true, hash); // the signature over the same text was good
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private static bool TryHash(long milliseconds, string url, string? user, bool sha256, Span<byte> hash)
    {
        int size = 3 * (url.Length + (user?.Length ?? 0)) + 32;
        byte[]? rented = size > StackLimit ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> text = rented ?? stackalloc byte[StackLimit];

        bool written = TryWriteBaseString(milliseconds, url, user, text, out int length);
        if (written && sha256) SHA256.HashData(text[..length], hash);
        else if (written) SHA1.HashData(text[..length], hash);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return written;
    }

    // Milliseconds LF url, and from version 3 on LF user name.
    private static bool TryWriteBaseString(long milliseconds, string url, string? user, Span<byte> text, out int length)
    {
        milliseconds.TryFormat(text, out length, provider: CultureInfo.InvariantCulture);
        return TryAppendLine(url, text, ref length) && (user is null || TryAppendLine(user, text, ref length));
    }

    private static bool TryAppendLine(string line, Span<byte> text, ref int length)
    {
        text[length++] = (byte)'\n';
        bool encoded = StrictUtf8.TryEncode(line, text[length..], out int written);
        length += written;
        return encoded;
    }
}
