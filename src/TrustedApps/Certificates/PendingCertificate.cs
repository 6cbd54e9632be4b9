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

    /// <summary>The number of hourly checks that found another certificate after which it is dropped: 7.</summary>
    public const int MaxNotServed = 7;

    /// <summary>The time of the next hourly check, drawn at random within its hour.</summary>
    /// <value>Default: the end of the hold.</value>
    public DateTimeOffset NextCheckAt { get; init; } = TakesEffectAt;

    /// <summary>The number of hourly checks that found its signing keys.</summary>
    public int TimesServed { get; init; }

    /// <summary>The number of hourly checks that found another certificate.</summary>
    public int TimesNotServed { get; init; }

    // The earliest of those that were offered under these keys: whoever holds them could date one ahead of the rest.
    internal DateTimeOffset KeysIssuedAt { get; init; } = Certificate.IssuedAt;

    internal bool IsProven(DateTimeOffset now) => now >= TakesEffectAt && TimesServed >= RequiredServed;

    internal PendingCertificate Served(ApplicationCertificate fetched, bool isCounted) => this with
    {
        Certificate = fetched.IssuedAt > Certificate.IssuedAt ? fetched : Certificate,
        TimesServed = TimesServed + (isCounted ? 1 : 0),
        KeysIssuedAt = fetched.IssuedAt < KeysIssuedAt ? fetched.IssuedAt : KeysIssuedAt,
    };
}
