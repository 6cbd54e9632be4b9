using System.Runtime.CompilerServices;
using TrustedApps.Keys;
using TrustedApps.Legacy.Atlassian;

namespace TrustedApps.Legacy;

/// <summary>
/// A public key as numbers, and results of raw RSA under it, which always makes the same of the same header. Lives as long
/// as the key. Safe for concurrent use.
/// </summary>
internal sealed class PublicNumbers
{
    private static readonly ConditionalWeakTable<RsaPublicKey, PublicNumbers> _ofKeys = [];

    private readonly RsaPublicKey _key;

    private PublicNumbers(RsaPublicKey key)
    {
        _key = key;
        ModulusBytes = key.Modulus.ToByteArray(isUnsigned: true, isBigEndian: true);
        ExponentBytes = key.Exponent.ToByteArray(isUnsigned: true, isBigEndian: true);
    }

    public byte[] ModulusBytes { get; }

    public byte[] ExponentBytes { get; }

    public int ModulusLength => ModulusBytes.Length;

    /// <summary>The modulus prepared for raw RSA, on first use; null when it is even. Two threads at once may make two of the same.</summary>
    public MontgomeryModulus? Montgomery => _key.Modulus.IsEven ? null : field ??= new MontgomeryModulus(_key.Modulus);

    /// <summary>The secret keys that the latest headers called Key opened to.</summary>
    public OpenedKeys OpenedKeys { get; } = new();

    /// <summary>The header called Magic, once it was verified: without padding it never changes.</summary>
    public string? MagicHeader { get; set; }

    public static PublicNumbers Of(RsaPublicKey key) => _ofKeys.GetValue(key, static key => new(key));
}
