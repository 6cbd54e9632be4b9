using System.Numerics;

namespace TrustedApps.Keys;

/// <summary>What an RSA key needs before a trust may rest on it (specification legacy.md, section 3).</summary>
internal static class KeyStrength
{
    public const int MinimumBits = 2048;
    public const int MinimumWeakBits = 1024; // with AllowWeakKeys
    public const int MaximumBits = 8192;

    // A small exponent makes raw RSA values of short plaintexts easy to invert; a huge one makes each check slow.
    public static bool IsSafeExponent(BigInteger exponent) =>
        !exponent.IsEven && exponent >= 65_537 && exponent <= 4_294_967_296;
}
