namespace TrustedApps.IntegrationTests.Adversary;

/// <summary>The clock of one party. All clocks of one world are stepped together; timers run by the real clock.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly World _world;

    private SteppedTime(World world, TimeSpan skew) => (_world, Skew) = (world, skew);

    /// <summary>The difference to the clock of the world.</summary>
    public TimeSpan Skew { get; }

    public static SteppedTime NewWorld() => new(new World(), TimeSpan.Zero);

    public SteppedTime WithSkew(TimeSpan skew) => new(_world, skew);

    public void Step(TimeSpan by) => _world.Stepped += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _world.Stepped + Skew;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(_world.Stepped.TotalSeconds * TimestampFrequency);

    private sealed class World
    {
        public TimeSpan Stepped { get; set; }
    }
}
