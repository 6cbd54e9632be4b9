using System.Diagnostics.CodeAnalysis;

namespace TrustedApps.Protocols;

/// <summary>The reason why an older version rejects a request. The core adds code, message and advice.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Detail">
/// For <see cref="LegacyProblem.Malformed"/> the fault, such as "it is not base64"; null otherwise.
/// </param>
[Experimental("TA0001")]
public readonly record struct LegacyRejection(LegacyProblem Problem, string? Detail = null);

/// <summary>Problems of requests of older versions.</summary>
[Experimental("TA0001")]
public enum LegacyProblem
{
    /// <summary>The assertion is malformed: SYSTEM.</summary>
    Malformed,

    /// <summary>The header called Key is missing: SECRET_KEY_NOT_FOUND.</summary>
    SecretKeyMissing,

    /// <summary>The header called Magic is missing: MAGIC_NUMBER_NOT_FOUND.</summary>
    MagicMissing,

    /// <summary>The header called Key cannot be decrypted with the application's key: BAD_MAGIC.</summary>
    SecretKeyUnreadable,

    /// <summary>The header called Magic cannot be decrypted with the application's key: BAD_MAGIC.</summary>
    MagicUnreadable,

    /// <summary>The assertion does not end in the magic number: BAD_MAGIC.</summary>
    MagicWrong,

    /// <summary>The version needs a signature, and there is none: BAD_SIGNATURE.</summary>
    SignatureMissing,

    /// <summary>The signature is not valid: BAD_SIGNATURE.</summary>
    SignatureWrong,
}
