using TrustedApps.Keys;

namespace TrustedApps;

/// <summary>
/// What an application that speaks version 4 may still do under an older version, and until when (specification
/// version-4.md, section 8): a trust is as weak as its weakest version. Immutable.
/// </summary>
public sealed class LegacyAccess
{
    /// <summary>Makes the access.</summary>
    /// <param name="publicKey">The application's legacy key; none of its version 4 keys.</param>
    /// <param name="conditions">What it may do under the older versions; without <see cref="TrustConditions.Versions"/>, version 3 alone.</param>
    /// <param name="until">The last moment.</param>
    /// <exception cref="ArgumentException">The key is too weak, or a condition cannot be used under an older version.</exception>
    public LegacyAccess(RsaPublicKey publicKey, TrustConditions conditions, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        ArgumentNullException.ThrowIfNull(conditions);
        conditions.RequireLegacy(publicKey);
        (PublicKey, Conditions, Until) = (publicKey, conditions, until);
    }

    /// <summary>The application's legacy key.</summary>
    public RsaPublicKey PublicKey { get; }

    /// <summary>What it may do under the older versions.</summary>
    public TrustConditions Conditions { get; }

    /// <summary>The last moment.</summary>
    public DateTimeOffset Until { get; }
}
