namespace TrustedApps.Bench.Setup;

/// <summary>Always the same moment.</summary>
internal sealed class StoppedClock : TimeProvider
{
    private readonly DateTimeOffset _moment = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _moment;
}
