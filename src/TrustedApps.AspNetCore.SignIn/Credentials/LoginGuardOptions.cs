namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// How many failed logins are too many, over all password schemes of this process. Configured with
/// <c>services.Configure&lt;LoginGuardOptions&gt;(...)</c>, validated at start-up.
/// </summary>
/// <remarks>
/// A network is an IPv4 address, or the /64 of an IPv6 address. Behind a proxy it is the proxy's own, for everybody,
/// unless forwarded headers are read first. Accounts are compared regardless of case, of white space around them, of
/// accents and width, and of characters that nobody sees: what some store could take for the same shares its counters.
/// </remarks>
public sealed class LoginGuardOptions
{
    /// <summary>How many failures one account may have from one network before it is locked for that network. Nobody locks another user out by this.</summary>
    /// <value>Default 5; 1 to 1,000.</value>
    public int MaxFailures { get; set; } = 5;

    /// <summary>How many failures one network may have, whatever the accounts, before it is locked.</summary>
    /// <value>Default 50; not less than <see cref="MaxFailures"/>, at most 1,000,000.</value>
    public int MaxFailuresOfAddress { get; set; } = 50;

    /// <summary>How many failures one account may have, from anywhere, before it is locked for everybody.</summary>
    /// <value>Default 50; not less than <see cref="MaxFailures"/>, at most 1,000,000.</value>
    public int MaxFailuresOfAccount { get; set; } = 50;

    /// <summary>How long a lock lasts, from the last failure that was one too many; and how long failures are added up, from the first.</summary>
    /// <value>Default 15 minutes; 1 second to 24 hours.</value>
    public TimeSpan Lockout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How many counters are kept, about 48 bytes each. When there is no room, those that say least go first, never a locked one before others.</summary>
    /// <value>Default 65,536 counters; 1,024 to 4,194,304.</value>
    public int Capacity { get; set; } = 65_536;
}
