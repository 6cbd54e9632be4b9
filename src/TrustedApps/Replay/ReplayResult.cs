namespace TrustedApps.Replay;

/// <summary>What a store says of a record. The default value is a refusal.</summary>
public readonly record struct ReplayResult
{
    /// <summary>Makes an answer.</summary>
    /// <param name="status">What is known.</param>
    /// <param name="retryAfter">How long until a new request may succeed, where that is known; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public ReplayResult(ReplayStatus status, TimeSpan? retryAfter = null)
    {
        if (retryAfter is { } time)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, nameof(retryAfter));
        }

        (Status, RetryAfter) = (status, retryAfter);
    }

    /// <summary>What is known.</summary>
    public ReplayStatus Status { get; }

    /// <summary>
    /// How long until a new request of this application may succeed; null where nobody knows. Only with
    /// <see cref="ReplayStatus.Full"/>, <see cref="ReplayStatus.Unavailable"/> and <see cref="ReplayStatus.Starting"/>.
    /// </summary>
    public TimeSpan? RetryAfter { get; }
}

/// <summary>What a store knows of a record.</summary>
public enum ReplayStatus
{
    /// <summary>Nothing of it can be remembered: the store is full.</summary>
    Full,

    /// <summary>The store did not answer, so nobody knows.</summary>
    Unavailable,

    /// <summary>It may have been accepted before the store started and lost its memory.</summary>
    Starting,

    /// <summary>A part of it was used with something else, or it is too old for the store to know.</summary>
    Conflicting,

    /// <summary>The identical assertion was used before.</summary>
    Repeated,

    /// <summary>Nothing of it was used before.</summary>
    First,
}
