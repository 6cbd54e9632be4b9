namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>What an <see cref="ILoginGuard"/> says about an attempt.</summary>
public enum LoginVerdict
{
    /// <summary>The attempt is rejected as <see cref="RejectionCodes.LockedOut"/> at once. It does not end.</summary>
    Refused,

    /// <summary>
    /// The attempt fails, whatever the password, after the time that a verification takes: otherwise the time would
    /// tell for which accounts a lock makes an exception. It ends as any other.
    /// </summary>
    RefusedAfterwards,

    /// <summary>The password may be verified.</summary>
    Allowed,
}
