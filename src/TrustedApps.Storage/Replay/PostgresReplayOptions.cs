using TrustedApps.Replay;

namespace TrustedApps.Storage.Replay;

/// <summary>What a <see cref="PostgresReplayCache"/> is made with. Only this assembly makes it, with what was validated before.</summary>
internal sealed record PostgresReplayOptions
{
    /// <summary>How many connections write marks of version 4; one more writes those of older versions, one maintains.</summary>
    public int Writers { get; init; } = 2;

    /// <summary>How long a request waits for the database. Then it is refused as UNAVAILABLE.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many requests of one kind may wait for a writer.</summary>
    public int QueueCapacity { get; init; } = 8192;

    /// <summary>How many requests a writer takes at once.</summary>
    public int MaxBatch { get; init; } = 256;

    /// <summary>How far ahead of a provider's clock an assertion of version 4 may be stamped. Not less than the verifiers allow.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The memory of this node, in front of the database. Its bounds are those of what the node may add to the shared
    /// memory; only they are taken from here.
    /// </summary>
    public InMemoryReplayCacheOptions Front { get; init; } = new();
}
