namespace TrustedApps.Replay;

/// <summary>The result of adding an entry to a replay cache. The default value is a rejection.</summary>
public readonly record struct ReplayResult
{
    /// <summary>Creates a result.</summary>
    /// <param name="status">The status of the entry.</param>
    /// <param name="retryAfter">The time until a new request may succeed, if it is known; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public ReplayResult(ReplayStatus status, TimeSpan? retryAfter = null)
    {
        if (retryAfter is { } time)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, nameof(retryAfter));
        }

        (Status, RetryAfter) = (status, retryAfter);
    }

    /// <summary>The status of the entry.</summary>
    public ReplayStatus Status { get; }

    /// <summary>
    /// The time until a new request of this application may succeed; null if it is not known. Only with
    /// <see cref="ReplayStatus.Full"/>, <see cref="ReplayStatus.Unavailable"/> and <see cref="ReplayStatus.Starting"/>.
    /// </summary>
    public TimeSpan? RetryAfter { get; }
}

/// <summary>The status of an entry in a replay cache.</summary>
public enum ReplayStatus
{
    /// <summary>The cache is full and cannot add the entry.</summary>
    Full,

    /// <summary>The cache did not answer, so a replay cannot be excluded.</summary>
    Unavailable,

    /// <summary>The assertion may have been accepted before the cache started and lost its entries.</summary>
    Starting,

    /// <summary>
    /// A part of the assertion was used with another bound-to value, or it is older than the entries that the cache
    /// holds.
    /// </summary>
    Conflicting,

    /// <summary>The identical assertion was used before.</summary>
    Repeated,

    /// <summary>No part of the assertion was used before.</summary>
    First,
}
