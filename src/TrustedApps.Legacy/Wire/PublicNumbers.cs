using System.Runtime.CompilerServices;
using TrustedApps.Keys;

namespace TrustedApps.Legacy.Wire;

/// <summary>A public key as numbers. Lives as long as the key. Safe for concurrent use.</summary>
internal sealed class PublicNumbers
{
    private static readonly ConditionalWeakTable<RsaPublicKey, PublicNumbers> _ofKeys = [];

    private PublicNumbers(RsaPublicKey key)
    {
        ModulusBytes = key.Modulus.ToByteArray(isUnsigned: true, isBigEndian: true);
        ExponentBytes = key.Exponent.ToByteArray(isUnsigned: true, isBigEndian: true);
    }

    public byte[] ModulusBytes { get; }

    public byte[] ExponentBytes { get; }

    public int ModulusLength => ModulusBytes.Length;

    public static PublicNumbers Of(RsaPublicKey key) => _ofKeys.GetValue(key, static key => new(key));
}
