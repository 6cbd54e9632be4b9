using TrustedApps.Keys;

namespace TrustedApps;

/// <summary>A trust: the provider's record of a consumer. Immutable; safe for concurrent use.</summary>
public sealed class TrustedApplication
{
    /// <summary>Makes a trust.</summary>
    /// <param name="id">The consumer's application id: 1 to 255 characters without control characters.</param>
    /// <param name="publicKey">The consumer's public key.</param>
    /// <param name="conditions">What it may do.</param>
    /// <exception cref="ArgumentException">The id is not one, the key is too weak, or a condition cannot be used.</exception>
    public TrustedApplication(string id, RsaPublicKey publicKey, TrustConditions conditions)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        ArgumentNullException.ThrowIfNull(conditions);

        Id = ApplicationId.Require(id, nameof(id));
        RequireStrength(publicKey, conditions.AllowWeakKeys);
        _ = conditions.UserCondition; // a bad pattern shows here, not at the first request
        (PublicKey, Conditions) = (publicKey, conditions);
    }

    /// <summary>The consumer's application id.</summary>
    public string Id { get; }

    /// <summary>A name for people; hostile text where it comes from the consumer.</summary>
    /// <value>Default: the id.</value>
    public string Name { get => field ?? Id; init; }

    /// <summary>The consumer's public key.</summary>
    public RsaPublicKey PublicKey { get; }

    /// <summary>What the consumer may do.</summary>
    public TrustConditions Conditions { get; }

    /// <summary>The Magic header of versions 1 and 2, once it was verified: without padding it never changes.</summary>
    internal string? MagicHeader { get; set; }

    /// <summary>Whether the trust names this version.</summary>
    /// <param name="version">A version.</param>
    /// <returns>Whether it does.</returns>
    public bool Accepts(ProtocolVersion version)
    {
        IReadOnlyList<ProtocolVersion> versions = Conditions.Versions;
        for (int index = 0; index < versions.Count; index++)
        {
            if (ReferenceEquals(versions[index], version)) return true;
        }

        return false;
    }

    /// <summary>The id and the key's thumbprint.</summary>
    /// <returns>A text for logs.</returns>
    public override string ToString() => $"{Id} ({PublicKey.Thumbprint})";

    private static void RequireStrength(RsaPublicKey key, bool allowWeak)
    {
        if (key.Weakness is not { } weakness) return;
        bool isOnlyShort = KeyStrength.IsSafeExponent(key.Exponent) && key.Bits >= KeyStrength.MinimumWeakBits;
        if (allowWeak && isOnlyShort) return;
        throw new ArgumentException(
            isOnlyShort ? $"{weakness} AllowWeakKeys would let it pass; a new key is better." : weakness, nameof(key));
    }
}
