using System.Globalization;

namespace TrustedApps.Storage.Keys;

/// <summary>Reads the clock of a database that nodes share; null if it has none but the host's.</summary>
internal delegate Task<DateTimeOffset?> DatabaseClock(CancellationToken cancellationToken);

/// <summary>
/// The clock of the rotation. A step by a wrong clock destroys keys that others use, so its time counts only once it
/// has been steady for some minutes (for one after the start, so that a restored backup is served soon) and, with
/// PostgreSQL, only while it agrees with the database's.
/// </summary>
internal sealed class RotationClock(DatabaseClock readDatabase, TimeProvider time)
{
    private static readonly TimeSpan _maxDifference = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _afterJump = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private DateTimeOffset _seen = time.GetUtcNow(); // at the time stamp _seenAt
    private long _seenAt = time.GetTimestamp();
    private long _steadySince = time.GetTimestamp();
    private TimeSpan _steadyFor = TimeSpan.FromMinutes(1);

    /// <summary>Why the time last read did not count, in a sentence for people; null if it did.</summary>
    public string? Problem { get; private set; }

    /// <summary>Looks at the clock. Called each minute: what it does in between is not seen.</summary>
    /// <returns>The time; null if the clock has not been steady for long enough.</returns>
    public DateTimeOffset? FindSteadyTime()
    {
        lock (_gate)
        {
            (DateTimeOffset now, long stamp) = (time.GetUtcNow(), time.GetTimestamp());
            TimeSpan gained = now - _seen - time.GetElapsedTime(_seenAt, stamp); // on the monotonic clock
            (_seen, _seenAt) = (now, stamp);
            if (gained.Duration() > _maxDifference) (_steadySince, _steadyFor) = (stamp, _afterJump);
            return time.GetElapsedTime(_steadySince, stamp) >= _steadyFor ? now : null;
        }
    }

    /// <summary>Reads the time that counts for a step.</summary>
    /// <returns>The time; null if this clock cannot be relied on.</returns>
    public async Task<DateTimeOffset?> ReadAsync(CancellationToken cancellationToken)
    {
        if (FindSteadyTime() is null) return null;
        DateTimeOffset? shared = await readDatabase(cancellationToken);
        DateTimeOffset? now = FindSteadyTime(); // after the wait for the database
        Problem = now is { } here && shared is { } there && (here - there).Duration() > _maxDifference
            ? Describe(here, there)
            : null;
        return Problem is null ? now : null;
    }

    private static string Describe(DateTimeOffset now, DateTimeOffset shared) => string.Create(
        CultureInfo.InvariantCulture,
        $"The clock of this host is {Math.Abs((now - shared).TotalSeconds):0} s {(now > shared ? "ahead of" : "behind")} the database's, and 60 s are the most for a rotation: synchronize both hosts (NTP).");
}
