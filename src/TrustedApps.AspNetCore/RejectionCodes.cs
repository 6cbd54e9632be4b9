namespace TrustedApps.AspNetCore;

/// <summary>The codes with which the companion schemes and the token mirror refuse. Where a trusted request can be refused for the same reason, it is the same code.</summary>
public static class RejectionCodes
{
    /// <summary>SYSTEM: malformed, or said twice.</summary>
    public const string Malformed = "SYSTEM";

    /// <summary>BAD_REMOTE_IP: from an address that may not send this.</summary>
    public const string BadRemoteAddress = "BAD_REMOTE_IP";

    /// <summary>BAD_URL: a path where this is not allowed.</summary>
    public const string BadUrl = "BAD_URL";

    /// <summary>BAD_METHOD: a method that is not allowed here.</summary>
    public const string BadMethod = "BAD_METHOD";

    /// <summary>USER_UNKNOWN: nobody has that name here.</summary>
    public const string UserUnknown = "USER_UNKNOWN";

    /// <summary>PERMISSION_DENIED: the user may not log in, or not do this.</summary>
    public const string PermissionDenied = "PERMISSION_DENIED";

    /// <summary>BAD_CREDENTIALS: no such user, or another password. Which of the two is not said.</summary>
    public const string BadCredentials = "BAD_CREDENTIALS";

    /// <summary>LOCKED_OUT: too many failed logins; later ones are not looked at for a while.</summary>
    public const string LockedOut = "LOCKED_OUT";

    /// <summary>NOT_HTTPS: a password over a connection that others can read.</summary>
    public const string NotHttps = "NOT_HTTPS";

    /// <summary>CROSS_SITE: a login form that another site sent.</summary>
    public const string CrossSite = "CROSS_SITE";

    /// <summary>NO_TOKEN: none of the token schemes that are asked here accepted the request.</summary>
    public const string NoToken = "NO_TOKEN";
}
