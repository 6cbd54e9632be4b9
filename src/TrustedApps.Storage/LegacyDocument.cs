using TrustedApps.Conditions;
using TrustedApps.Keys;

namespace TrustedApps.Storage;

/// <summary>What an application may do under versions 1 to 3 and Warwick, and with which key, as it is written in JSON.</summary>
public sealed record LegacyDocument
{
    /// <summary>The application's legacy key: base64 of a SubjectPublicKeyInfo.</summary>
    public required string PublicKey { get; init; }

    /// <summary>The last moment, for an application that speaks version 4; null where older versions are all that it speaks.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What it may do; null where the trust's own conditions are those of the older versions.</summary>
    public ConditionsDocument? Conditions { get; init; }

    /// <summary>Writes the access of an application that speaks version 4.</summary>
    internal static LegacyDocument Of(LegacyAccess access) => new()
    {
        PublicKey = access.PublicKey.ToBase64(),
        Until = access.Until,
        Conditions = ConditionsDocument.Of(access.Conditions),
    };

    /// <summary>Reads the access of an application that speaks version 4.</summary>
    /// <returns>The access.</returns>
    /// <exception cref="ArgumentException">Something is missing, or cannot be used; the message says what and why.</exception>
    public LegacyAccess ToAccess() => new(
        RsaPublicKey.Parse(PublicKey),
        (Conditions ?? throw new ArgumentException("The older versions need conditions of their own.")).ToConditions(),
        Until ?? throw new ArgumentException("Say until when the older versions are accepted."));
}
