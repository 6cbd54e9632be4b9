namespace TrustedApps;

/// <summary>Why a request was refused, as the response header names it (specification legacy.md, section 1).</summary>
public enum ErrorCode
{
    /// <summary>UNKNOWN: no reason given, or a code that this version of the library does not know.</summary>
    Unknown,

    /// <summary>APP_UNKNOWN: no application of that id is trusted.</summary>
    ApplicationUnknown,

    /// <summary>SYSTEM: the request is malformed.</summary>
    System,

    /// <summary>BAD_PROTOCOL_VERSION: a version that the trust does not accept.</summary>
    BadProtocolVersion,

    /// <summary>APP_ID_NOT_FOUND: no application id in the request.</summary>
    ApplicationIdNotFound,

    /// <summary>SECRET_KEY_NOT_FOUND: no Key header though the version has one.</summary>
    SecretKeyNotFound,

    /// <summary>MAGIC_NUMBER_NOT_FOUND: no Magic header though the version has one.</summary>
    MagicNumberNotFound,

    /// <summary>BAD_REMOTE_IP: the trust does not allow the address of the connection.</summary>
    BadRemoteAddress,

    /// <summary>BAD_XFORWARD_IP: the trust does not allow an address in X-Forwarded-For.</summary>
    BadForwardedAddress,

    /// <summary>BAD_URL: a URL that is not this provider's, or that the trust does not allow.</summary>
    BadUrl,

    /// <summary>OLD_CERT: the assertion is too old.</summary>
    OldAssertion,

    /// <summary>MISSING_CERT: no assertion. Read from other providers, never written by this one.</summary>
    MissingAssertion,

    /// <summary>BAD_MAGIC: Key, Magic or Cert cannot be opened with the application's key.</summary>
    BadMagic,

    /// <summary>USER_UNKNOWN: the provider knows no user of that name.</summary>
    UserUnknown,

    /// <summary>PERMISSION_DENIED: the user may not log in, or the trust does not allow the user.</summary>
    PermissionDenied,

    /// <summary>BAD_SIGNATURE: the signature is missing or is not for this request.</summary>
    BadSignature,

    /// <summary>FUTURE_CERT: the assertion is stamped too far ahead.</summary>
    FutureAssertion,

    /// <summary>BAD_METHOD: a method that the trust does not allow.</summary>
    BadMethod,

    /// <summary>REPLAYED: the assertion, or a part of it, was used before.</summary>
    Replayed,

    /// <summary>
    /// UNAVAILABLE: a store that the decision needs is full or does not answer. Worth another try later.
    /// </summary>
    Unavailable,

    /// <summary>PROVIDER_ID_NOT_FOUND: no application id in a request of the Warwick dialect.</summary>
    ProviderIdNotFound,

    /// <summary>USER_DISABLED: the user may not log in; Warwick dialect.</summary>
    UserDisabled,

    /// <summary>BAD_GRANT: the grant, which is the Key header of version 4, does not hold.</summary>
    BadGrant,

    /// <summary>BAD_AUDIENCE: the grant is for another provider, or for another base URL of this one.</summary>
    BadAudience,

    /// <summary>BAD_DIGEST: the content is not the one that the assertion was made for.</summary>
    BadDigest,

    /// <summary>CONTENT_TOO_LARGE: more content than the provider checks before it answers.</summary>
    ContentTooLarge,
}
