namespace TrustedApps.Replay;

/// <summary>What a <see cref="InMemoryReplayCache"/> is made with.</summary>
public sealed record InMemoryReplayCacheOptions
{
    /// <summary>How many marks it holds in all.</summary>
    /// <value>
    /// Default 4,000,000; at least 1. An assertion of version 4 makes one of about 30 bytes, older ones one or two of
    /// about 100 bytes each.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Capacity
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Capacity));
            field = value;
        }
    } = 4_000_000;

    /// <summary>How many of them one application may have.</summary>
    /// <value>Default 500,000; at least 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int CapacityPerApplication
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(CapacityPerApplication));
            field = value;
        }
    } = 500_000;

    /// <summary>
    /// Whether nothing can have been accepted under the provider's id before this process started. Otherwise assertions
    /// of
    /// version 4 that an earlier process may have accepted are refused as UNAVAILABLE: those issued no later than the
    /// start and <see cref="ClockSkew"/>. So are those of versions 1 to 3 and Warwick of which something is remembered,
    /// if
    /// they are stamped no later than the start, the trust's <see cref="TrustConditions.FutureTolerance"/> and a
    /// minute.
    /// </summary>
    /// <remarks>
    /// With the default allowance of 15 minutes that is 16 minutes after each start for clients that stamp at the
    /// present.
    /// The newest Atlassian clients, for which it is the default, stamp that far ahead, and wait a minute. Lower the
    /// allowance of the others' trusts.
    /// </remarks>
    /// <value>Default false. For the first start ever, samples and tests.</value>
    public bool IsNewInstallation { get; init; }

    /// <summary>
    /// How far ahead of the provider's clock an assertion of version 4 may be stamped. Not less than the verifiers
    /// allow.
    /// </summary>
    /// <value>Default 30 seconds; zero to 60 seconds.</value>
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
    } = TimeSpan.FromSeconds(30);
}
