namespace TrustedApps.Conditions;

/// <summary>
/// Patterns by their segments. The tree finds those that begin as the path does. Each of them is then matched by
/// itself, so no path is allowed that no pattern allows.
/// </summary>
internal sealed class UrlPatternTree
{
    private const int Few = 4; // patterns that are tried sooner than a segment is looked up
    private const int MaxDepth = 32; // segments; bounds the stack, and patterns that are longer are few

    private readonly UrlPattern[] _here; // they end here, or with ** begin to match as they please, or are few
    private readonly Dictionary<byte[], UrlPatternTree>.AlternateLookup<ReadOnlySpan<byte>>? _below;
    private readonly UrlPatternTree? _belowAny; // below *

    public UrlPatternTree(IReadOnlyCollection<UrlPattern> patterns, int depth = 0)
    {
        ILookup<bool, UrlPattern> goesOn = patterns.ToLookup(pattern =>
            patterns.Count > Few && depth < MaxDepth && pattern.FindSegment(depth) is not null
        );
        _here = [.. goesOn[false]];
        if (!goesOn.Contains(true)) return;

        var below = goesOn[true]
            .GroupBy(pattern => pattern.FindSegment(depth)!, SegmentComparer.Instance)
            .ToDictionary(
                group => group.Key,
                group => new UrlPatternTree([.. group], depth + 1),
                SegmentComparer.Instance
            );
        if (below.Remove(UrlPattern.AnySegment, out _belowAny) && below.Count == 0) return;
        _below = below.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Whether any of the patterns matches a canonical path.</summary>
    public bool MatchesAny(ReadOnlySpan<byte> path) => MatchesAny(path, path[1..]);

    // Each pattern is at one place of the tree, so it is tried once at most, however many ways there are through it.
    private bool MatchesAny(ReadOnlySpan<byte> path, ReadOnlySpan<byte> rest)
    {
        foreach (UrlPattern pattern in _here)
        {
            if (pattern.Matches(path)) return true;
        }

        if (rest.IsEmpty || (_below is null && _belowAny is null)) return false;

        int slash = rest.IndexOf((byte)'/');
        ReadOnlySpan<byte> segment = slash < 0 ? rest : rest[..slash];
        rest = slash < 0 ? default : rest[(slash + 1)..];
        return (
                _below is { } below
                && below.TryGetValue(segment, out UrlPatternTree? next)
                && next.MatchesAny(path, rest)
            )
            || _belowAny?.MatchesAny(path, rest) == true;
    }
}
