using System.Buffers;
using System.Text;

namespace TrustedApps.Conditions;

/// <summary>The paths that a trusted application may ask for.</summary>
internal sealed class UrlCondition
{
    private const int StackLimit = 512; // bytes; each is set to zero first

    private readonly UrlPatternTree _patterns;
    private readonly bool _allowsAny;

    public UrlCondition(IEnumerable<string> patterns)
    {
        UrlPattern[] parsed = [.. patterns.Select(UrlPattern.Parse)];
        if (parsed.Length == 0) throw new ArgumentException("A trust needs at least one URL pattern: say * to allow every URL.");
        _allowsAny = parsed.Any(pattern => pattern.IsAny);
        _patterns = new UrlPatternTree(parsed);
    }

    /// <summary>Whether the trust allows a target.</summary>
    /// <param name="target">Path and query as received.</param>
    /// <param name="pathBase">The decoded path of the application, which the path begins with and patterns leave out.</param>
    /// <param name="routedPath">
    /// The decoded path below it that the application is about to serve, or null where it is not known: when it is not
    /// the path that was asked for, something rewrote the URL, and patterns would guard the wrong one.
    /// </param>
    public bool Allows(ReadOnlySpan<char> target, string pathBase, string? routedPath)
    {
        if (_allowsAny) return true;
        if (target.Length > CanonicalPath.MaxLength) return false;

        int size = target.Length * 3 + 1;
        byte[]? rented = size > StackLimit ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> buffer = rented ?? stackalloc byte[StackLimit];
        bool allows = CanonicalPath.TryDecode(target, buffer, out int length)
            && TryStripBase(buffer[..length], pathBase, out ReadOnlySpan<byte> path)
            && (routedPath is null || IsSame(path, routedPath))
            && _patterns.MatchesAny(path);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return allows;
    }

    private static bool TryStripBase(ReadOnlySpan<byte> path, string pathBase, out ReadOnlySpan<byte> rest)
    {
        if (!StartsWith(path, pathBase, out rest)) return false;
        if (rest.IsEmpty) rest = "/"u8;
        return rest[0] == '/';
    }

    private static bool IsSame(ReadOnlySpan<byte> path, string routedPath) =>
        StartsWith(path, routedPath.Length == 0 ? "/" : routedPath, out ReadOnlySpan<byte> rest) && rest.IsEmpty;

    private static bool StartsWith(ReadOnlySpan<byte> path, string text, out ReadOnlySpan<byte> rest)
    {
        int length = text.Length;
        bool starts = length <= path.Length && Ascii.Equals(path[..length], text);
        if (!starts && !Ascii.IsValid(text))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            (length, starts) = (bytes.Length, path.StartsWith(bytes));
        }

        rest = starts ? path[length..] : default;
        return starts;
    }
}
