using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace TrustedApps.Text;

/// <summary>
/// Base64 (RFC 4648 section 4) that accepts only what an encoder writes: no white space, full padding, no spare bits.
/// One value has one spelling, so that comparing texts compares values.
/// </summary>
internal static class StrictBase64
{
    /// <summary>The last characters that leave no bit over, in front of "==" and of "=".</summary>
    public const string BeforeTwoPads = "AQgw", BeforeOnePad = "AEIMQUYcgkosw048";

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
        if (text.ContainsAny(" \t\r\n")) return false; // the base class library skips these
        if (!Convert.TryFromBase64Chars(text, destination, out written)) return false;
        return HasNoSpareBits(text);
    }

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[MaxDecodedLength(text.Length)];
        if (!TryDecode(text, bytes, out int written))
        {
            bytes = null;
            return false;
        }

        Array.Resize(ref bytes, written);
        return true;
    }

    public static int MaxDecodedLength(int textLength) => textLength / 4 * 3;

    // "QQ==" and "QR==" decode to the same byte: in front of one "=" two bits are left over, in front of two four.
    private static bool HasNoSpareBits(ReadOnlySpan<char> text)
    {
        if (!text.EndsWith('=')) return true;
        return text[^2] == '=' ? BeforeTwoPads.Contains(text[^3]) : BeforeOnePad.Contains(text[^2]);
    }
}
