using System.Runtime.CompilerServices;
using TrustedApps.Keys;
using TrustedApps.Legacy.Wire;

namespace TrustedApps.Legacy.Atlassian;

/// <summary>
/// Results of raw RSA under one public key, which always makes the same of the same header. Lives as long as the key.
/// Safe for concurrent use.
/// </summary>
internal sealed class OpeningCache
{
    private static readonly ConditionalWeakTable<RsaPublicKey, OpeningCache> _ofKeys = [];

    private readonly RsaPublicKey _key;

    private OpeningCache(RsaPublicKey key) => (_key, Numbers) = (key, PublicNumbers.Of(key));

    public PublicNumbers Numbers { get; }

    /// <summary>
    /// The modulus prepared for raw RSA, on first use; null when it is even. Two threads at once may make two of the
    /// same.
    /// </summary>
    public MontgomeryModulus? Modulus => _key.Modulus.IsEven ? null : field ??= new MontgomeryModulus(_key.Modulus);

    /// <summary>The secret keys that the latest headers called Key opened to.</summary>
    public OpenedKeys OpenedKeys { get; } = new();

    /// <summary>The header called Magic, once it was verified: without padding it never changes.</summary>
    public string? MagicHeader { get; set; }

    public static OpeningCache Of(RsaPublicKey key) => _ofKeys.GetValue(key, static key => new(key));
}
