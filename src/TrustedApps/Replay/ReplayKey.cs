using TrustedApps.Text;

namespace TrustedApps.Replay;

/// <summary>A part of an assertion that may come once, or again only with the same value that it is bound to.</summary>
/// <param name="Key">The part that may come once.</param>
/// <param name="BoundTo">The value that it may come again with.</param>
public readonly record struct ReplayKey(UInt128 Key, UInt128 BoundTo)
{
    /// <summary>128 bits of SHA-256 over a label and a number.</summary>
    internal static UInt128 Digest(string label, UInt128 number) => TextDigest.Of(label, number);

    /// <summary>128 bits of SHA-256 over two texts, of which neither runs into the other.</summary>
    internal static UInt128 Digest(ReadOnlySpan<char> first, ReadOnlySpan<char> second) => TextDigest.Of(first, second);
}
