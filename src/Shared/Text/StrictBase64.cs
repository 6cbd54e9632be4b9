using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace TrustedApps.Text;

/// <summary>
/// Base64 (RFC 4648 section 4) that accepts only what an encoder writes: no white space, full padding, no spare bits.
/// One value has one spelling, so that comparing texts compares values.
/// </summary>
internal static class StrictBase64
{
    /// <summary>The last characters that leave no bit over, in front of "==" and of "=".</summary>
    public const string BeforeTwoPads = "AQgw", BeforeOnePad = "AEIMQUYcgkosw048";

    private const int BlockLength = 512; // characters; a multiple of four

    /// <summary>Decodes a text that must stand for exactly as many bytes as the destination has room for.</summary>
    public static bool TryDecodeExactly(ReadOnlySpan<char> text, Span<byte> destination) =>
        text.Length == Base64.GetMaxEncodedToUtf8Length(destination.Length)
        && TryDecode(text, destination, out int written)
        && written == destination.Length;

    /// <summary>Decodes a text; the destination needs <see cref="MaxDecodedLength"/> bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.Length % 4 != 0) return false;

        // The base class library skips white space: what it left out shows in the length.
        return TryDecodeBlocks(text, destination, out written)
            && written == MaxDecodedLength(text.Length) - PaddingOf(text)
            && HasNoSpareBits(text);
    }

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        byte[] decoded = new byte[Math.Max(0, MaxDecodedLength(text.Length) - PaddingOf(text))];
        bytes = TryDecode(text, decoded, out _) ? decoded : null; // which it fills
        return bytes is not null;
    }

    public static int MaxDecodedLength(int textLength) => textLength / 4 * 3;

    private static int PaddingOf(ReadOnlySpan<char> text) => text.EndsWith("==") ? 2 : text.EndsWith('=') ? 1 : 0;

    // The base class library decodes bytes several times as fast as characters.
    private static bool TryDecodeBlocks(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        Span<byte> ascii = stackalloc byte[BlockLength];
        written = 0;
        while (!text.IsEmpty)
        {
            ReadOnlySpan<char> block = text[..Math.Min(text.Length, BlockLength)];
            text = text[block.Length..];
            if (Ascii.FromUtf16(block, ascii, out int length) != OperationStatus.Done) return false;
            if (
                Base64.DecodeFromUtf8(
                    ascii[..length],
                    destination[written..],
                    out _,
                    out int decoded,
                    isFinalBlock: text.IsEmpty
                ) != OperationStatus.Done
            )
            {
                return false;
            }

            written += decoded;
        }

        return true;
    }

    // "QQ==" and "QR==" decode to the same byte: in front of one "=" two bits are left over, in front of two four.
    private static bool HasNoSpareBits(ReadOnlySpan<char> text) => PaddingOf(text) switch
    {
        2 => BeforeTwoPads.Contains(text[^3]),
        1 => BeforeOnePad.Contains(text[^2]),
        _ => true,
    };
}
