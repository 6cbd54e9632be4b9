using System.Text;

namespace TrustedApps.Conditions;

/// <summary>
/// One pattern of paths (specification legacy.md, section 4). Without * it matches itself and everything below; with
/// * (one whole segment) or ** (any number of segments) it covers the whole path.
/// </summary>
internal sealed class UrlPattern
{
    private const string Kind = "URL pattern";

    private readonly byte[] _prefix; // without *: the pattern; else empty
    private readonly byte[][]? _segments; // with *: null stands for no segment of its own
    private readonly byte[][] _leading; // what FindSegment finds

    private UrlPattern(byte[] prefix, byte[][]? segments, byte[][] leading, bool isAny = false) =>
        (_prefix, _segments, _leading, IsAny) = (prefix, segments, leading, isAny);

    /// <summary>The segment of a pattern that stands for any.</summary>
    public static byte[] AnySegment { get; } = "*"u8.ToArray();

    /// <summary>Whether the pattern is * alone: everything, the path not even looked at.</summary>
    public bool IsAny { get; }

    public static UrlPattern Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern == "*") return new UrlPattern([], null, [], isAny: true);
        if (pattern is not ['/', ..]) throw PatternText.Bad(Kind, pattern, 0, "expected / or * alone. Name a path below the base URL, without scheme and host, such as /rest/api.");
        if (pattern.Length > CanonicalPath.MaxLength)
        {
            throw PatternText.Bad(Kind, "/...", CanonicalPath.MaxLength, "too long.");
        }

        RequireCanonicalSegments(pattern);
        byte[][] segments = [.. pattern[1..].Split('/').Select(Encoding.UTF8.GetBytes)];
        if (!pattern.Contains('*', StringComparison.Ordinal))
        {
            return new UrlPattern(
                Encoding.UTF8.GetBytes(pattern),
                null,
                segments[^1].Length == 0 ? segments[..^1] : segments
            );
        }

        if (pattern.EndsWith('/'))
        {
            throw PatternText.Bad(
                Kind,
                pattern,
                pattern.Length - 1,
                "a pattern with * has no final slash; a final slash of the path is left aside."
            );
        }

        return new UrlPattern(
            [],
            segments,
            [.. segments.TakeWhile(segment => !segment.AsSpan().SequenceEqual("**"u8))]
        );
    }

    /// <summary>Whether a canonical path matches.</summary>
    public bool Matches(ReadOnlySpan<byte> path)
    {
        if (IsAny) return true;
        return _segments is null ? IsAtOrBelow(path, _prefix) : Covers(_segments, path);
    }

    /// <summary>
    /// The segment that a path must have in a place to match; <see cref="AnySegment"/> where it must have one. Null
    /// where the pattern does not say: beyond its end, a final slash aside, and from ** on.
    /// </summary>
    public byte[]? FindSegment(int place) => place < _leading.Length ? _leading[place] : null;

    private static bool IsAtOrBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> prefix) =>
        path.StartsWith(prefix) && (path.Length == prefix.Length || prefix[^1] == '/' || path[prefix.Length] == '/');

    // The usual two-pointer match of globs: on a mismatch only the last ** takes one segment more. Linear in practice
    // and never worse than segments of the path times segments of the pattern.
    private static bool Covers(byte[][] pattern, ReadOnlySpan<byte> path)
    {
        if (path.Length > 1 && path[^1] == '/') path = path[..^1];

        int next = 0, resumeAt = -1;
        ReadOnlySpan<byte> rest = path[1..], resumeRest = default;
        bool atEnd = rest.IsEmpty;
        bool resumeAtEnd = false;
        while (!atEnd)
        {
            ReadOnlySpan<byte> segment = TakeSegment(rest, out ReadOnlySpan<byte> after, out bool wasLast);
            if (next < pattern.Length && pattern[next].AsSpan().SequenceEqual("**"u8))
            {
                (resumeAt, resumeAtEnd) = (next++, atEnd);
                resumeRest = rest;
            }
            else if (
                next < pattern.Length
                && (pattern[next].AsSpan().SequenceEqual("*"u8) || segment.SequenceEqual(pattern[next]))
            )
            {
                next++;
                rest = after;
                atEnd = wasLast;
            }
            else if (resumeAt >= 0 && !resumeAtEnd)
            {
                TakeSegment(resumeRest, out resumeRest, out resumeAtEnd);
                (next, atEnd) = (resumeAt + 1, resumeAtEnd);
                rest = resumeRest;
            }
            else
            {
                return false;
            }
        }

        while (next < pattern.Length && pattern[next].AsSpan().SequenceEqual("**"u8)) next++;
        return next == pattern.Length;
    }

    private static ReadOnlySpan<byte> TakeSegment(
        ReadOnlySpan<byte> path,
        out ReadOnlySpan<byte> rest,
        out bool wasLast
    )
    {
        int slash = path.IndexOf((byte)'/');
        wasLast = slash < 0;
        rest = wasLast ? default : path[(slash + 1)..];
        return wasLast ? path : path[..slash];
    }

    // A pattern that no canonical path can match is a mistake, and silence about it would look like safety.
    private static void RequireCanonicalSegments(string pattern)
    {
        int start = 1;
        foreach (string segment in pattern[1..].Split('/'))
        {
            bool isFinal = start + segment.Length == pattern.Length;
            if (segment.Length == 0 && !isFinal) throw PatternText.Bad(Kind, pattern, start, "an empty segment.");
            if (segment is "." or "..") throw PatternText.Bad(Kind, pattern, start, "a dot segment.");
            if (segment is not ("*" or "**") && segment.Contains('*', StringComparison.Ordinal))
            {
                throw PatternText.Bad(
                    Kind,
                    pattern,
                    start + segment.IndexOf('*', StringComparison.Ordinal),
                    "* stands for a whole segment, ** for any number of them."
                );
            }

            start += segment.Length + 1;
        }

        for (int position = 0; position < pattern.Length; position++)
        {
            if (FindBadCharacter(pattern.AsSpan(position)) is { } problem)
            {
                throw PatternText.Bad(Kind, pattern, position, problem);
            }

            if (char.IsHighSurrogate(pattern[position])) position++; // its other half was seen with it
        }
    }

    private static string? FindBadCharacter(ReadOnlySpan<char> rest) =>
        rest switch
        {
            ['\\' or ';', ..] => $"'{rest[0]}' is in no path that is let through.",
            ['%', var high, var low, ..] when char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low) =>
                "write the character itself, not its percent-encoding.",
            [var control, ..] when char.IsControl(control) => "a control character.",
            [var high, var low, ..] when char.IsSurrogatePair(high, low) => null,
            [var half, ..] when char.IsSurrogate(half) => "half a surrogate pair.",
            _ => null,
        };
}
