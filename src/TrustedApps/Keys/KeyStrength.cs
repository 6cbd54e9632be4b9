using System.Numerics;

namespace TrustedApps.Keys;

/// <summary>
/// The requirements on the RSA key of a trust (specifications legacy.md, section 3, and version-4.md, section 2).
/// </summary>
internal static class KeyStrength
{
    public const int MinimumBits = 2048;
    public const int MinimumWeakBits = 1024; // with AllowWeakKeys
    public const int MaximumBits = 8192;
    public const int MaximumVersion4Bits = 4096;

    // A small exponent makes raw RSA values of short plaintexts easy to invert; a huge one makes each check slow.
    public static bool IsSafeExponent(BigInteger exponent) =>
        !exponent.IsEven && exponent >= 65_537 && exponent <= 4_294_967_296;

    /// <exception cref="ArgumentException">The key is too weak for a trust.</exception>
    public static void Require(RsaPublicKey key, bool allowWeak)
    {
        if (key.Weakness is not { } weakness) return;
        bool isOnlyShort = IsSafeExponent(key.Exponent) && key.Bits >= MinimumWeakBits;
        if (allowWeak && isOnlyShort) return;
        throw new ArgumentException($"{weakness} Ask the application for a new key.", nameof(key));
    }

    public static bool IsForVersion4(RsaPublicKey key) =>
        key.Bits is >= MinimumBits and <= MaximumVersion4Bits && key.Exponent == 65_537;
}
