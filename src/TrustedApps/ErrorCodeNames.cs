namespace TrustedApps;

/// <summary>The names of error codes on the wire, and the HTTP status of the responses that have them.</summary>
public static class ErrorCodeNames
{
    private static readonly string[] _names =
    [
        "UNKNOWN",
        "APP_UNKNOWN",
        "SYSTEM",
        "BAD_PROTOCOL_VERSION",
        "APP_ID_NOT_FOUND",
        "SECRET_KEY_NOT_FOUND",
        "MAGIC_NUMBER_NOT_FOUND",
        "BAD_REMOTE_IP",
        "BAD_XFORWARD_IP",
        "BAD_URL",
        "OLD_CERT",
        "MISSING_CERT",
        "BAD_MAGIC",
        "USER_UNKNOWN",
        "PERMISSION_DENIED",
        "BAD_SIGNATURE",
        "FUTURE_CERT",
        "BAD_METHOD",
        "REPLAYED",
        "UNAVAILABLE",
        "PROVIDER_ID_NOT_FOUND",
        "USER_DISABLED",
        "BAD_GRANT",
        "BAD_AUDIENCE",
        "BAD_DIGEST",
        "CONTENT_TOO_LARGE",
        "GRANT_NEEDED",
    ];

    /// <summary>Returns the name of a code on the wire, such as <c>APP_UNKNOWN</c>.</summary>
    /// <param name="code">A defined code.</param>
    /// <returns>The name.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a defined code.</exception>
    public static string ToWireName(this ErrorCode code)
    {
        ArgumentOutOfRangeException.ThrowIfNegative((int)code, nameof(code));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((int)code, _names.Length, nameof(code));
        return _names[(int)code];
    }

    /// <summary>Returns the HTTP status of a request that was rejected with a code under version 4.</summary>
    /// <param name="code">The code.</param>
    /// <returns>403, 413 or 503 for the codes that have it; 401 for any other.</returns>
    /// <remarks>Older versions answer <see cref="ErrorCode.PermissionDenied"/> with 401.</remarks>
    public static int ToHttpStatus(this ErrorCode code) => code switch
    {
        ErrorCode.Unavailable => 503,
        ErrorCode.PermissionDenied => 403,
        ErrorCode.ContentTooLarge => 413,
        _ => 401,
    };

    /// <summary>
    /// Returns the code with exactly that name, or <see cref="ErrorCode.Unknown"/> for any other text.
    /// </summary>
    /// <param name="name">A name as on the wire.</param>
    /// <returns>The code.</returns>
    public static ErrorCode Parse(ReadOnlySpan<char> name)
    {
        for (int index = 0; index < _names.Length; index++)
        {
            if (name.SequenceEqual(_names[index])) return (ErrorCode)index;
        }

        return ErrorCode.Unknown;
    }
}
