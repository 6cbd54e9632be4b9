namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// The limits of failed logins, over all password schemes of this process. Set them with
/// <c>services.Configure&lt;LoginGuardOptions&gt;(...)</c>. Validated at start-up.
/// </summary>
/// <remarks>
/// A network is an IPv4 address, or the /64 of an IPv6 address. Behind a proxy it is the proxy's address for all users,
/// unless forwarded headers are read first. Account names are compared regardless of case, surrounding white space,
/// accents, width and invisible characters: names that a store could treat as the same share their counters.
/// </remarks>
public sealed class LoginGuardOptions
{
    /// <summary>
    /// The failures of one account from one network that lock the account for that network. Users of other networks are
    /// not locked out.
    /// </summary>
    /// <value>Default 5; 1 to 1,000.</value>
    public int MaxFailures { get; set; } = 5;

    /// <summary>
    /// The failures of one network, over all accounts, that lock the network for accounts that have not logged in from
    /// there, in this process and within 30 days. Ten times as many lock it for all accounts.
    /// </summary>
    /// <value>Default 50; not less than <see cref="MaxFailures"/>, at most 1,000,000.</value>
    public int MaxFailuresOfAddress { get; set; } = 50;

    /// <summary>The failures of one account, over all networks, that lock the account for all networks.</summary>
    /// <value>Default 50; not less than <see cref="MaxFailures"/>, at most 1,000,000.</value>
    public int MaxFailuresOfAccount { get; set; } = 50;

    /// <summary>
    /// The time that a lock lasts, from the failure that reached the limit, and the time over which failures count,
    /// from the first.
    /// </summary>
    /// <value>Default 15 minutes; 1 second to 24 hours.</value>
    public TimeSpan Lockout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// The number of counters, about 48 bytes each. A new counter replaces the least important one, and a locked one
    /// last. A quarter as many accounts are known to have logged in from a network.
    /// </summary>
    /// <value>Default 65,536 counters; 1,024 to 4,194,304.</value>
    public int Capacity { get; set; } = 65_536;
}
