namespace TrustedApps.Hosting;

/// <summary>
/// A part of this host that reports its own state to the health check (<c>AddHealthChecks().AddTrustedApps()</c>).
/// Register any number as services. An <see cref="ITrustStore"/>, a <c>IKeyStore</c> and a
/// <c>IReplayCache</c> that implement it are read where they are in use, without a registration.
/// </summary>
/// <remarks>
/// Checks come every few seconds: report what is known in memory. Do no input or output, wait for nothing, and never
/// throw. Safe for concurrent use.
/// </remarks>
public interface IHealthSource
{
    /// <summary>Reads the state at this moment.</summary>
    /// <returns>The readings, healthy ones as well.</returns>
    IEnumerable<HealthReading> ReadHealth();
}
