using System.Buffers;
using System.Text;

namespace TrustedApps.Conditions;

/// <summary>A list of URL patterns (specification legacy.md, section 4), parsed once. Immutable.</summary>
public sealed class UrlCondition
{
    private const int StackLimit = 512; // bytes; each is set to zero first

    private readonly UrlPatternTree _patterns;
    private readonly bool _allowsAny;

    /// <summary>Parses patterns.</summary>
    /// <param name="patterns">
    /// At least one: a path for itself and everything below it, <c>*</c> for one segment and <c>**</c> for any number
    /// of segments, or <c>*</c> alone.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no pattern, or one is malformed. The message names the position.
    /// </exception>
    public UrlCondition(IEnumerable<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        UrlPattern[] parsed = [.. patterns.Select(UrlPattern.Parse)];
        if (parsed.Length == 0)
        {
            throw new ArgumentException("At least one URL pattern is required. Name the paths that the application needs, such as /rest/api.");
        }

        _allowsAny = parsed.Any(pattern => pattern.IsAny);
        _patterns = new UrlPatternTree(parsed);
    }

    /// <summary>
    /// Returns whether the path of a request matches one of the patterns. A path that two servers could take for two
    /// different paths matches <c>*</c> only.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns>Whether it matches.</returns>
    public bool Allows(in IncomingRequest request) => Allows(request.Target, request.PathBase, request.RoutedPath);

    /// <summary>Returns whether the path of a target matches one of the patterns.</summary>
    /// <param name="target">Path and query as received.</param>
    /// <param name="pathBase">
    /// The decoded path of the application, which the path begins with and patterns leave out.
    /// </param>
    /// <param name="routedPath">
    /// The decoded path below it that the application is about to serve, or null where it is not known: when it is not
    /// the path that was asked for, something rewrote the URL, and patterns would guard the wrong one.
    /// </param>
    internal bool Allows(ReadOnlySpan<char> target, string pathBase, string? routedPath)
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
