namespace TrustedApps;

/// <summary>
/// The reason why a request was rejected, as the response header names it (specification legacy.md, section 1).
/// </summary>
public enum ErrorCode
{
    /// <summary>UNKNOWN: no reason was given, or this version of the library does not recognize the code.</summary>
    Unknown,

    /// <summary>APP_UNKNOWN: no application with that id is trusted.</summary>
    ApplicationUnknown,

    /// <summary>SYSTEM: the request is malformed.</summary>
    System,

    /// <summary>BAD_PROTOCOL_VERSION: a version that the trust does not accept.</summary>
    BadProtocolVersion,

    /// <summary>APP_ID_NOT_FOUND: no application id in the request.</summary>
    ApplicationIdNotFound,

    /// <summary>SECRET_KEY_NOT_FOUND: the Key header is missing in a version that requires it.</summary>
    SecretKeyNotFound,

    /// <summary>MAGIC_NUMBER_NOT_FOUND: the Magic header is missing in a version that requires it.</summary>
    MagicNumberNotFound,

    /// <summary>BAD_REMOTE_IP: the trust does not allow the address of the connection.</summary>
    BadRemoteAddress,

    /// <summary>BAD_XFORWARD_IP: the trust does not allow an address in X-Forwarded-For.</summary>
    BadForwardedAddress,

    /// <summary>BAD_URL: the URL is not one of this provider, or the trust does not allow it.</summary>
    BadUrl,

    /// <summary>OLD_CERT: the assertion is too old.</summary>
    OldAssertion,

    /// <summary>MISSING_CERT: no assertion. Other providers send it; this one never does.</summary>
    MissingAssertion,

    /// <summary>BAD_MAGIC: Key, Magic or Cert cannot be decrypted with the application's key.</summary>
    BadMagic,

    /// <summary>USER_UNKNOWN: the provider has no user with that name.</summary>
    UserUnknown,

    /// <summary>PERMISSION_DENIED: the user may not log in, or the trust does not allow the user.</summary>
    PermissionDenied,

    /// <summary>BAD_SIGNATURE: the signature is missing or is not for this request.</summary>
    BadSignature,

    /// <summary>FUTURE_CERT: the assertion is stamped too far ahead.</summary>
    FutureAssertion,

    /// <summary>BAD_METHOD: the trust does not allow the method.</summary>
    BadMethod,

    /// <summary>REPLAYED: the assertion, or a part of it, was used before.</summary>
    Replayed,

    /// <summary>
    /// UNAVAILABLE: a store that the decision depends on is full or does not answer. The consumer may retry later.
    /// </summary>
    Unavailable,

    /// <summary>PROVIDER_ID_NOT_FOUND: no application id in a request of the Warwick dialect.</summary>
    ProviderIdNotFound,

    /// <summary>USER_DISABLED: the user may not log in; Warwick dialect.</summary>
    UserDisabled,

    /// <summary>BAD_GRANT: the key grant, which is the Key header of version 4, is not valid.</summary>
    BadGrant,

    /// <summary>BAD_AUDIENCE: the key grant is for another provider, or for another base URL of this one.</summary>
    BadAudience,

    /// <summary>BAD_DIGEST: the content is not the one that the assertion was made for.</summary>
    BadDigest,

    /// <summary>CONTENT_TOO_LARGE: the content is longer than the provider buffers to verify it.</summary>
    ContentTooLarge,

    /// <summary>
    /// GRANT_NEEDED: the request names a key grant that the provider does not keep, and must be sent again with it.
    /// </summary>
    GrantNeeded,
}
