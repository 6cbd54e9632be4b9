namespace TrustedApps.Limits;

/// <summary>What failed verifications of one trust and network have used.</summary>
/// <param name="id">The network: see <see cref="SourceNetwork"/>.</param>
/// <param name="now">The present time stamp.</param>
internal sealed class NetworkCharges(UInt128 id, long now)
{
    public UInt128 Id => id;

    /// <summary>Seconds of the processor.</summary>
    public double Charged { get; set; }

    /// <summary>The time stamp up to which charges were let off.</summary>
    public long LeakedAt { get; set; } = now;

    /// <summary>The number of those that wait.</summary>
    public int Waiting { get; set; }

    public bool IsIdle => Charged <= 0 && Waiting == 0;
}
