using TrustedApps.Conditions;
using TrustedApps.Keys;

namespace TrustedApps.Storage;

/// <summary>The access of an application under versions 1 to 3 and Warwick, as JSON.</summary>
public sealed record LegacyDocument
{
    /// <summary>The application's legacy key: base64 of a SubjectPublicKeyInfo.</summary>
    public required string PublicKey { get; init; }

    /// <summary>The last moment of the access; null for an application of older versions alone.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The conditions; null if those of the trust itself apply.</summary>
    public ConditionsDocument? Conditions { get; init; }

    /// <summary>Makes the document for an application that speaks version 4.</summary>
    internal static LegacyDocument Of(LegacyAccess access) => new()
    {
        PublicKey = access.PublicKey.ToBase64(),
        Until = access.Until,
        Conditions = ConditionsDocument.Of(access.Conditions),
    };

    /// <summary>Makes the access of an application that speaks version 4.</summary>
    /// <returns>The access.</returns>
    /// <exception cref="ArgumentException">
    /// A member is missing or not valid; the message names it and the reason.
    /// </exception>
    public LegacyAccess ToAccess() =>
        new(
            RsaPublicKey.Parse(PublicKey),
            (
                Conditions
                ?? throw new ArgumentException(
                    "Conditions are missing: the older versions need conditions of their own."
                )
            ).ToConditions(),
            Until
                ?? throw new ArgumentException(
                    "Until is missing: name the last moment at which the older versions are accepted."
                )
        );
}
