using TrustedApps.Replay;

namespace TrustedApps.Storage.Replay;

/// <summary>
/// The options of a <see cref="PostgresReplayCache"/>. Only this assembly makes them, from validated options.
/// </summary>
internal sealed record PostgresReplayOptions
{
    /// <summary>
    /// The number of connections that write keys of version 4. One more writes keys of older versions, and one
    /// maintains.
    /// </summary>
    public int Writers { get; init; } = 2;

    /// <summary>The time that a request waits for the database. Then it is refused with UNAVAILABLE.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The number of requests of one kind that may wait for a writer.</summary>
    public int QueueCapacity { get; init; } = 8192;

    /// <summary>The greatest number of requests in a batch.</summary>
    public int MaxBatch { get; init; } = 256;

    /// <summary>
    /// The time by which an assertion of version 4 may be ahead of a provider's clock. At least the clock skew of the
    /// verifiers.
    /// </summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The options of the local cache in front of the database. Its capacities limit how much the node adds to the
    /// database. The other options have no effect.
    /// </summary>
    public InMemoryReplayCacheOptions Front { get; init; } = new();
}
