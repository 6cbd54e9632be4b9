using System.Buffers;
using System.Text;
using TrustedApps.Text;

namespace TrustedApps.Conditions;

/// <summary>
/// The path that URL patterns match: percent-decoded once, as UTF-8, and refused when two servers could take it for
/// two different paths (specification legacy.md, section 4).
/// </summary>
internal static class CanonicalPath
{
    public const int MaxLength = 16_384; // characters of path and query; Kestrel stops at 8,192 bytes

    private static readonly SearchValues<byte> _forbidden = SearchValues.Create("\\;"u8);

    /// <summary>Decodes the path of a request target. The destination needs three bytes a character.</summary>
    public static bool TryDecode(ReadOnlySpan<char> target, Span<byte> destination, out int length)
    {
        length = 0;
        int query = target.IndexOf('?');
        ReadOnlySpan<char> path = query < 0 ? target : target[..query];
        if (path.IsEmpty) path = "/";

        return path[0] == '/'
            && TryPercentDecode(path, destination, out length)
            && IsCanonical(destination[..length]);
    }

    private static bool TryPercentDecode(ReadOnlySpan<char> path, Span<byte> destination, out int length)
    {
        length = 0;
        while (!path.IsEmpty)
        {
            int percent = path.IndexOf('%');
            ReadOnlySpan<char> plain = percent < 0 ? path : path[..percent];
            if (!StrictUtf8.TryEncode(plain, destination[length..], out int written)) return false;
            length += written;
            if (percent < 0) return true;

            ReadOnlySpan<char> digits = path[(percent + 1)..];
            if (digits.Length < 2 || !char.IsAsciiHexDigit(digits[0]) || !char.IsAsciiHexDigit(digits[1])) return false;
            byte octet = byte.Parse(digits[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (octet == '/') return false; // an encoded slash
            destination[length++] = octet;
            path = digits[2..];
        }

        return true;
    }

    private static bool IsCanonical(ReadOnlySpan<byte> path)
    {
        if (path.ContainsAny(_forbidden) || HasEncodedPercent(path) || !HasOnlyText(path)) return false;

        ReadOnlySpan<byte> rest = path[1..];
        while (true)
        {
            int slash = rest.IndexOf((byte)'/');
            ReadOnlySpan<byte> segment = slash < 0 ? rest : rest[..slash];
            if (segment.SequenceEqual("."u8) || segment.SequenceEqual(".."u8)) return false;
            if (slash < 0) return true; // the final segment may be empty
            if (segment.IsEmpty) return false;
            rest = rest[(slash + 1)..];
        }
    }

    // After decoding once, another server would decode "%41" again, and read another path.
    private static bool HasEncodedPercent(ReadOnlySpan<byte> path)
    {
        int percent;
        while ((percent = path.IndexOf((byte)'%')) >= 0)
        {
            path = path[(percent + 1)..];
            if (path.Length >= 2 && char.IsAsciiHexDigit((char)path[0]) && char.IsAsciiHexDigit((char)path[1]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasOnlyText(ReadOnlySpan<byte> path)
    {
        if (!path.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return true;
        while (!path.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(path, out Rune rune, out int consumed) != OperationStatus.Done) return false;
            if (Rune.IsControl(rune)) return false;
            path = path[consumed..];
        }

        return true;
    }
}
