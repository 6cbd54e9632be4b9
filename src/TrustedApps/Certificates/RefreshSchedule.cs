using System.Security.Cryptography;

namespace TrustedApps.Certificates;

/// <summary>The times at which certificates are fetched again (specification version-4.md, section 2).</summary>
/// <remarks>
/// Jitter only subtracts, because an application keeps a retired key for the whole <see cref="Interval"/>.
/// </remarks>
public static class RefreshSchedule
{
    /// <summary>The longest time between two fetches of a certificate that is served: 24 hours.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(24);

    /// <summary>The longest time until a fetch that failed is retried: 1 hour.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromHours(1);

    /// <summary>The shortest time between two fetches of one certificate because of unknown keys: 5 minutes.</summary>
    public static readonly TimeSpan SuspicionInterval = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A check that is further away than this was drawn by a clock that has been corrected since: 3 hours, one more
    /// than checks are apart at most, as the clocks of nodes differ.
    /// </summary>
    public static readonly TimeSpan LongestWaitForCheck = TimeSpan.FromHours(3);

    /// <summary>The time within which a certificate that is held is checked once: 1 hour.</summary>
    internal static readonly TimeSpan CheckInterval = TimeSpan.FromHours(1);

    /// <summary>The time between two rounds of a <see cref="CertificateRefresher"/>: 1 minute.</summary>
    internal static readonly TimeSpan RoundInterval = TimeSpan.FromMinutes(1);

    /// <summary>Returns the time of the next fetch after one that succeeded.</summary>
    /// <param name="now">The time of the fetch.</param>
    /// <returns>A time up to a tenth earlier than <see cref="Interval"/> from then, drawn at random.</returns>
    public static DateTimeOffset Next(DateTimeOffset now) => WithJitter(now, Interval);

    /// <summary>
    /// Returns the time of the next fetch while the outcome of this one is open, and after one that failed.
    /// </summary>
    /// <param name="now">The time of the fetch.</param>
    /// <returns>A time up to a tenth earlier than <see cref="RetryInterval"/> from then, drawn at random.</returns>
    public static DateTimeOffset Retry(DateTimeOffset now) => WithJitter(now, RetryInterval);

    /// <summary>Returns a time within the hour that begins now, drawn at random.</summary>
    internal static DateTimeOffset WithinHour(DateTimeOffset start) =>
        start + TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32((int)CheckInterval.TotalSeconds));

    /// <summary>
    /// Returns a time within the hour after the one of a check, drawn at random; of hours that have passed, such as
    /// while the host was down, none is made up for. The hours are counted from the end of the hold, so neither the
    /// moment at which a check is made nor a request can move them.
    /// </summary>
    internal static DateTimeOffset NextCheck(DateTimeOffset endOfHold, DateTimeOffset check, DateTimeOffset now)
    {
        double next = HourOf(check) + 1, present = HourOf(now);
        return WithinHour(endOfHold + (CheckInterval * (present > next ? present + 1 : next)));

        double HourOf(DateTimeOffset time) => Math.Floor((time - endOfHold) / CheckInterval);
    }

    private static DateTimeOffset WithJitter(DateTimeOffset now, TimeSpan interval) =>
        now + interval - TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32((int)interval.TotalSeconds / 10));
}
