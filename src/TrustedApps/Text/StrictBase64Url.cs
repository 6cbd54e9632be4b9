using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace TrustedApps.Text;

/// <summary>
/// Decodes base64url (RFC 4648 section 5, RFC 7515 section 2) strictly: no padding, no white space, no spare bits. One
/// value has one spelling, so that comparing texts compares values.
/// </summary>
internal static class StrictBase64Url
{
    /// <summary>Decodes a text of exactly as many bytes as the destination has room for.</summary>
    public static bool TryDecodeExactly(ReadOnlySpan<char> text, Span<byte> destination) =>
        text.Length == Base64Url.GetEncodedLength(destination.Length)
        && TryDecode(text, destination, out int written)
        && written == destination.Length;

    /// <summary>Decodes a text; the destination needs <see cref="MaxDecodedLength"/> bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        // The base class library skips white space and accepts padding: the length reveals the skipped characters.
        OperationStatus status = Base64Url.DecodeFromChars(text, destination, out _, out written);
        return status == OperationStatus.Done
            && written == MaxDecodedLength(text.Length)
            && text.Length % 4 != 1
            && HasNoSpareBits(text);
    }

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[MaxDecodedLength(text.Length)];
        if (TryDecode(text, bytes, out int written) && written == bytes.Length) return true;
        bytes = null;
        return false;
    }

    public static int MaxDecodedLength(int textLength) => textLength * 3 / 4;

    // Two characters carry 8 of their 12 bits, three carry 16 of 18: an encoder writes the other bits as zero.
    private static bool HasNoSpareBits(ReadOnlySpan<char> text) => (text.Length % 4) switch
    {
        2 => StrictBase64.BeforeTwoPads.Contains(text[^1]),
        3 => StrictBase64.BeforeOnePad.Contains(text[^1]),
        _ => true,
    };
}
