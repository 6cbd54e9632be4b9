using System.Buffers;
using System.Globalization;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>
/// Reads a target as the most lenient proxy does: percent-decoded twice, backslashes as slashes, parameters and "."
/// segments removed, ".." segments resolved or not, case ignored. The mirror answers each target that a proxy could
/// read as one of its own.
/// </summary>
internal static class LenientPathMatcher
{
    /// <param name="target">The target as received.</param>
    /// <param name="prefix">
    /// The path of the mirror, ASCII without percent signs: decoding can make it appear and never disappear.
    /// </param>
    public static bool Names(ReadOnlySpan<char> target, string prefix)
    {
        int query = target.IndexOf('?');
        ReadOnlySpan<char> path = query < 0 ? target : target[..query];
        char[] rented = ArrayPool<char>.Shared.Rent(path.Length);
        path.CopyTo(rented);
        Span<char> read = rented.AsSpan(0, path.Length);
        ReadOnlySpan<char> folded = Fold(Decode(Decode(read)));
        bool names = folded.Contains(prefix, StringComparison.OrdinalIgnoreCase) || MayClimbTo(folded, prefix);
        ArrayPool<char>.Shared.Return(rented, clearArray: true);
        return names;
    }

    private static ReadOnlySpan<char> Fold(Span<char> path)
    {
        int length = 0;
        bool isParameter = false;
        foreach (char read in path)
        {
            char character = read == '\\' ? '/' : read;
            isParameter = character != '/' && (isParameter || character == ';');
            if (isParameter) continue;
            if (character == '/')
            {
                if (path[..length] is [.., '/', '.']) length--;
                if (path[..length] is [.., '/']) continue;
            }

            path[length++] = character;
        }

        return path[..length];
    }

    // After any decoding and resolving of "..", the remaining segments are some of these, in their order.
    private static bool MayClimbTo(ReadOnlySpan<char> path, ReadOnlySpan<char> prefix)
    {
        bool climbs = false;
        ReadOnlySpan<char> missing = prefix[1..];
        foreach (Range range in path.Split('/'))
        {
            ReadOnlySpan<char> segment = path[range];
            climbs |= segment is "..";
            int slash = missing.IndexOf('/');
            bool isNext = slash < 0
                ? segment.StartsWith(missing, StringComparison.OrdinalIgnoreCase)
                : segment.Equals(missing[..slash], StringComparison.OrdinalIgnoreCase);
            if (isNext) missing = slash < 0 ? default : missing[(slash + 1)..];
        }

        return climbs && missing.IsEmpty;
    }

    private static Span<char> Decode(Span<char> path)
    {
        int length = 0;
        for (int position = 0; position < path.Length; position++)
        {
            char character = path[position];
            if (
                character == '%'
                && path[(position + 1)..] is [var high, var low, ..]
                && char.IsAsciiHexDigit(high)
                && char.IsAsciiHexDigit(low)
            )
            {
                character = (char)
                    byte.Parse(
                        path.Slice(position + 1, 2),
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture
                    );
                position += 2;
            }

            path[length++] = character;
        }

        return path[..length];
    }
}
