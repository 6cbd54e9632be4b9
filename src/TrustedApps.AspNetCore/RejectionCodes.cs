namespace TrustedApps.AspNetCore;

/// <summary>
/// The codes with which sign-in schemes and the token mirror reject requests. A reason that trusted requests have as
/// well has the wire name of its <see cref="ErrorCode"/>.
/// </summary>
public static class RejectionCodes
{
    /// <summary>BAD_CREDENTIALS: the user is unknown, or the password is wrong. The code does not show which.</summary>
    public const string BadCredentials = "BAD_CREDENTIALS";

    /// <summary>LOCKED_OUT: too many failed logins. Further attempts are rejected unverified for a while.</summary>
    public const string LockedOut = "LOCKED_OUT";

    /// <summary>NOT_HTTPS: a password came over a connection that others can read.</summary>
    public const string NotHttps = "NOT_HTTPS";

    /// <summary>CROSS_SITE: another site sent the login form.</summary>
    public const string CrossSite = "CROSS_SITE";

    /// <summary>NO_TOKEN: none of the token schemes accepted the request.</summary>
    public const string NoToken = "NO_TOKEN";

    /// <summary>SYSTEM: the request is malformed, or holds a value twice.</summary>
    public static string Malformed { get; } = ErrorCode.System.ToWireName();

    /// <summary>BAD_REMOTE_IP: the address must not send this.</summary>
    public static string BadRemoteAddress { get; } = ErrorCode.BadRemoteAddress.ToWireName();

    /// <summary>BAD_URL: the path does not allow this.</summary>
    public static string BadUrl { get; } = ErrorCode.BadUrl.ToWireName();

    /// <summary>BAD_METHOD: the method is not allowed here.</summary>
    public static string BadMethod { get; } = ErrorCode.BadMethod.ToWireName();

    /// <summary>USER_UNKNOWN: no user has that name.</summary>
    public static string UserUnknown { get; } = ErrorCode.UserUnknown.ToWireName();

    /// <summary>UNAVAILABLE: whether this is a user cannot be found out now. The challenge answers 503.</summary>
    public static string Unavailable { get; } = ErrorCode.Unavailable.ToWireName();

    /// <summary>PERMISSION_DENIED: the user must not log in, or must not do this.</summary>
    public static string PermissionDenied { get; } = ErrorCode.PermissionDenied.ToWireName();
}
