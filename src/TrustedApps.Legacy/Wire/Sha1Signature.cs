using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using TrustedApps.Keys;
using TrustedApps.Protocols;
using TrustedApps.Text;

namespace TrustedApps.Legacy.Wire;

/// <summary>
/// RSASSA-PKCS1-v1_5 with SHA-1 (RFC 8017 section 8.2) over a base string of lines: the signature of versions 2 and 3
/// and Warwick. Nothing newer may use it.
/// </summary>
[SuppressMessage("Security", "CA5350", Justification = "The wire format of these versions is fixed.")]
internal static class Sha1Signature
{
    private const int StackLimit = 512; // bytes; each is set to zero first
    private const int KeySize = 16; // bytes of a replay key

    public static async ValueTask<string> SignAsync(
        ApplicationKeys keys,
        long milliseconds,
        string url,
        string? user,
        CancellationToken cancellationToken = default
    )
    {
        byte[] hash = new byte[SHA1.HashSizeInBytes];
        if (!TryHash(milliseconds, url, user, hash))
        {
            throw new ArgumentException("The URL cannot be written as UTF-8.", nameof(url));
        }

        return Convert.ToBase64String(
            await keys.SignLegacyHashAsync(hash, HashAlgorithmName.SHA1, cancellationToken).ConfigureAwait(false)
        );
    }

    /// <summary>Returns the rejection of a request whose signature is missing or wrong, or null.</summary>
    public static LegacyRejection? Check(
        string? signature,
        RsaPublicKey key,
        long milliseconds,
        string url,
        string? user
    )
    {
        if (signature is null) return new(LegacyProblem.SignatureMissing);
        return Verify(key, signature, milliseconds, url, user)
            ? null
            : new LegacyRejection(LegacyProblem.SignatureWrong);
    }

    public static bool Verify(RsaPublicKey key, string? base64, long milliseconds, string url, string? user)
    {
        var numbers = PublicNumbers.Of(key);
        Span<byte> signature = stackalloc byte[numbers.ModulusLength]; // 8,192 bits at most
        if (!StrictBase64.TryDecodeExactly(base64, signature)) return false;
        // RFC 8017 section 5.2.2: the replay key needs it
        if (signature.SequenceCompareTo(numbers.ModulusBytes) >= 0) return false;

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        return TryHash(milliseconds, url, user, hash)
            && key.VerifyHash(hash, signature, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);
    }

    /// <summary>
    /// The replay key of a base string: the end of its signature, which was verified. A key makes one signature of one
    /// base string (RFC 8017 section 8.2.1). Two base strings of the same SHA-1 have one replay key.
    /// </summary>
    public static UInt128 ReplayKeyOf(string signature)
    {
        Span<byte> end = stackalloc byte[KeySize + 2]; // the padding may stand for two
        StrictBase64.TryDecode(signature.AsSpan()[^24..], end, out int length);
        return BinaryPrimitives.ReadUInt128BigEndian(end[(length - KeySize)..length]);
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
