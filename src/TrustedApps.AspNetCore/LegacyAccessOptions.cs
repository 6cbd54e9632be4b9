using TrustedApps.Keys;

namespace TrustedApps.AspNetCore;

/// <summary>
/// Access by older versions in configuration, for an application that speaks version 4. See <see cref="LegacyAccess"/>.
/// </summary>
public sealed class LegacyAccessOptions : TrustConditionsOptions
{
    /// <summary>
    /// The time at which the access ends; required. With an offset, such as <c>2027-03-31T00:00:00Z</c>.
    /// </summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>Converts the options.</summary>
    /// <returns>The access.</returns>
    /// <exception cref="ArgumentException">A setting is missing or not valid; the message names it.</exception>
    internal LegacyAccess ToAccess() =>
        new(
            RsaPublicKey.Parse(
                PublicKey ?? throw new ArgumentException("Legacy: set PublicKey, the application's legacy key.")
            ),
            ToConditions(),
            Until
                ?? throw new ArgumentException(
                    "Legacy: set Until, the time at which older versions are accepted for the last time."
                )
        );
}
