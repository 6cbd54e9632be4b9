using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Text;

namespace TrustedApps.Protocols;

/// <summary>
/// RSASSA-PKCS1-v1_5 with SHA-1 (RFC 8017 section 8.2) over a base string of lines: what versions 2 and 3 and Warwick
/// sign with. Nothing newer may use it.
/// </summary>
[SuppressMessage("Security", "CA5350", Justification = "The wire format of these versions is fixed.")]
internal static class Sha1Signature
{
    private const int StackLimit = 512; // bytes; each is set to zero first
    private const int MarkSize = 16; // bytes

    public static async ValueTask<string> SignAsync(
        ApplicationKeys keys, long milliseconds, string url, string? user, CancellationToken cancellationToken = default)
    {
        byte[] hash = new byte[SHA1.HashSizeInBytes];
        if (!TryHash(milliseconds, url, user, hash)) throw new ArgumentException("The URL cannot be written as UTF-8.", nameof(url));
#pragma warning disable TA0001 // experimental for others
        return Convert.ToBase64String(await keys.SignLegacyHashAsync(hash, HashAlgorithmName.SHA1, cancellationToken).ConfigureAwait(false));
#pragma warning restore TA0001
    }

    /// <summary>The refusal of a request whose signature is missing or wrong, or null.</summary>
    public static Rejection? Check(
        ProtocolVersion version, in AssertionHeaders headers, TrustedApplication application, long milliseconds, string url, string? user)
    {
        if (headers.Signature is null) return new(RejectionReason.SignatureMissing, version.Name);
        if (Verify(application.Legacy!.PublicKey, headers.Signature, milliseconds, url, user)) return null;

        int query = url.IndexOf('?', StringComparison.Ordinal);
        return new(RejectionReason.SignatureWrong, url, query < 0 ? url : url[..query]); // logs get no query: it may hold secrets
    }

    public static bool Verify(RsaPublicKey key, string? base64, long milliseconds, string url, string? user)
    {
        Span<byte> signature = stackalloc byte[key.ModulusLength]; // 8,192 bits at most
        if (!StrictBase64.TryDecodeExactly(base64, signature)) return false;
        if (signature.SequenceCompareTo(key.ModulusBytes) >= 0) return false; // RFC 8017 section 5.2.2: the mark rests on it

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        return TryHash(milliseconds, url, user, hash)
            && key.VerifyHash(signature: signature, hash: hash, algorithm: HashAlgorithmName.SHA1, padding: RSASignaturePadding.Pkcs1);
    }

    /// <summary>
    /// A mark of the base string for the replay memory: the end of its signature, which was good. A key makes one
    /// signature of one base string (RFC 8017 section 8.2.1), and whoever finds two of the same SHA-1 has one
    /// mark for both.
    /// </summary>
    public static UInt128 Mark(string signature)
    {
        Span<byte> end = stackalloc byte[MarkSize + 2]; // the padding may stand for two
        StrictBase64.TryDecode(signature.AsSpan()[^24..], end, out int length);
        return BinaryPrimitives.ReadUInt128BigEndian(end[(length - MarkSize)..length]);
    }

    private static bool TryHash(long milliseconds, string url, string? user, Span<byte> hash)
    {
        int size = 3 * (url.Length + (user?.Length ?? 0)) + 32;
        byte[]? rented = size > StackLimit ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> text = rented ?? stackalloc byte[StackLimit];

        bool written = TryWriteBaseString(milliseconds, url, user, text, out int length);
        if (written) SHA1.HashData(text[..length], hash);
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
