using TrustedApps.Text;

namespace TrustedApps.Replay;

/// <summary>A part of an assertion that is accepted once, or again only with the same bound-to value.</summary>
/// <param name="Key">The part that is accepted once.</param>
/// <param name="BoundTo">The bound-to value with which the key is accepted again.</param>
public readonly record struct ReplayKey(UInt128 Key, UInt128 BoundTo)
{
    /// <summary>Returns 128 bits of SHA-256 over a label and a number.</summary>
    internal static UInt128 Digest(string label, UInt128 number) => TextDigest.Of(label, number);

    /// <summary>Returns 128 bits of SHA-256 over two texts, separated unambiguously.</summary>
    internal static UInt128 Digest(ReadOnlySpan<char> first, ReadOnlySpan<char> second) => TextDigest.Of(first, second);
}
