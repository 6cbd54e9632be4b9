using System.Numerics;

namespace TrustedApps.Certificates;

/// <summary>
/// A replacement that adds or drops a signing key. It is held: while it is, its base URL is asked every hour whether
/// it is still served (specification version-4.md, section 2). Immutable.
/// </summary>
/// <param name="Certificate">The certificate that will be on record.</param>
/// <param name="TakesEffectAt">
/// The end of the hold. It takes effect with the first hourly check after it that finds these keys, unless an
/// administrator decides sooner.
/// </param>
public sealed record PendingCertificate(ApplicationCertificate Certificate, DateTimeOffset TakesEffectAt)
{
    /// <summary>The number of hourly checks that must have found it before it takes effect: 12.</summary>
    public const int RequiredServed = 12;

    /// <summary>
    /// The number of the last 32 hourly checks that found another certificate at which it is dropped: 7. A hold of a
    /// day is decided within 32, so there it is 7 of all; a longer one would be ended by one answer in four days.
    /// </summary>
    public const int MaxNotServed = 7;

    /// <summary>The time of the next hourly check, drawn at random within its hour.</summary>
    /// <value>Default: the end of the hold.</value>
    public DateTimeOffset NextCheckAt { get; init; } = TakesEffectAt;

    /// <summary>The number of hourly checks that found its signing keys.</summary>
    public int TimesServed { get; init; }

    /// <summary>The number of the last 32 hourly checks that found another certificate.</summary>
    public int TimesNotServed => BitOperations.PopCount(LastChecks);

    internal const int RememberedChecks = 32;

    // These checks, the latest in the lowest bit; 1 for one that found another certificate.
    internal uint LastChecks { get; init; }

    // The earliest of those that were offered under these keys: a holder of one could date another ahead of the rest.
    internal DateTimeOffset KeysIssuedAt { get; init; } = Certificate.IssuedAt;

    internal bool IsProven(DateTimeOffset now) => now >= TakesEffectAt && TimesServed >= RequiredServed;

    internal PendingCertificate Served(ApplicationCertificate fetched, bool isCounted) => this with
    {
        Certificate = fetched.IssuedAt > Certificate.IssuedAt ? fetched : Certificate,
        TimesServed = TimesServed + (isCounted ? 1 : 0),
        LastChecks = isCounted ? LastChecks << 1 : LastChecks,
        KeysIssuedAt = fetched.IssuedAt < KeysIssuedAt ? fetched.IssuedAt : KeysIssuedAt,
    };

    internal PendingCertificate NotServed() => this with { LastChecks = (LastChecks << 1) | 1 };

    internal bool IsCheckDue(DateTimeOffset now) =>
        now >= NextCheckAt || NextCheckAt - now > RefreshSchedule.LongestWaitForCheck;

    // A clock that ran ahead for a time does not freeze the hold: no time is further away than it can be.
    internal PendingCertificate ClaimCheck(DateTimeOffset now, TimeSpan hold)
    {
        DateTimeOffset end = TakesEffectAt - now > hold ? now + hold : TakesEffectAt;
        DateTimeOffset check = NextCheckAt < now ? NextCheckAt : now;
        return this with { TakesEffectAt = end, NextCheckAt = RefreshSchedule.NextCheck(end, check, now) };
    }
}
