namespace TrustedApps.EntityFrameworkCore.Replay;

/// <summary>What a <see cref="PostgresReplayStore"/> is made with.</summary>
internal sealed record PostgresReplayOptions
{
    /// <summary>How many connections write marks of version 4; one more writes those of older versions, one maintains.</summary>
    /// <value>Default 2; 1 to 16.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Writers
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Writers));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 16, nameof(Writers));
            field = value;
        }
    } = 2;

    /// <summary>How long a request waits for the database. Then it is refused as UNAVAILABLE.</summary>
    /// <value>Default 1 second; more than zero, at most 30 seconds.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(Timeout));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromSeconds(30), nameof(Timeout));
            field = value;
        }
    } = TimeSpan.FromSeconds(1);

    /// <summary>How many requests of one kind may wait for a writer.</summary>
    /// <value>Default 8,192; at least 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int QueueCapacity
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(QueueCapacity));
            field = value;
        }
    } = 8192;

    /// <summary>How many requests a writer takes at once.</summary>
    /// <value>Default 256; 1 to 4,096.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxBatch
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxBatch));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 4096, nameof(MaxBatch));
            field = value;
        }
    } = 256;

    /// <summary>How far ahead of a provider's clock an assertion of version 4 may be stamped. Not less than the verifiers allow.</summary>
    /// <value>Default 60 seconds; zero to 60 seconds.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan ClockSkew
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(ClockSkew));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromSeconds(60), nameof(ClockSkew));
            field = value;
        }
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The memory of this node, in front of the database. Its bounds are those of what the node may add to the shared
    /// memory; only they are taken from here.
    /// </summary>
    public ReplayMemoryOptions Front { get; init; } = new();
}
