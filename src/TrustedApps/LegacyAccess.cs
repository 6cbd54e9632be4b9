using TrustedApps.Keys;

namespace TrustedApps;

/// <summary>
/// Access by older versions for an application that speaks version 4, until an end date (specification version-4.md,
/// section 8). A trust is as weak as its weakest version. Immutable.
/// </summary>
public sealed class LegacyAccess
{
    /// <summary>Creates the access.</summary>
    /// <param name="publicKey">The application's legacy key, which must not be one of its version 4 keys.</param>
    /// <param name="conditions">
    /// The conditions under the older versions; without <see cref="TrustConditions.Versions"/>, version 3 alone.
    /// </param>
    /// <param name="until">The last moment at which the access is allowed.</param>
    /// <exception cref="ArgumentException">
    /// The key is too weak, or a condition is not usable under an older version.
    /// </exception>
    public LegacyAccess(RsaPublicKey publicKey, TrustConditions conditions, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        ArgumentNullException.ThrowIfNull(conditions);
        conditions.RequireLegacy(publicKey);
        (PublicKey, Conditions, Until) = (publicKey, conditions, until);
    }

    /// <summary>The application's legacy key.</summary>
    public RsaPublicKey PublicKey { get; }

    /// <summary>The conditions under the older versions.</summary>
    public TrustConditions Conditions { get; }

    /// <summary>The last moment at which the access is allowed.</summary>
    public DateTimeOffset Until { get; }
}
