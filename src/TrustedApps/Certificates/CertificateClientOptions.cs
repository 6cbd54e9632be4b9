using System.Net;

namespace TrustedApps.Certificates;

/// <summary>Options of a <see cref="CertificateClient"/>.</summary>
public sealed record CertificateClientOptions
{
    /// <summary>The longest time for a fetch as a whole.</summary>
    /// <value>Default 10 seconds; more than zero, at most 2 minutes.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(2));
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether the client connects to private and loopback addresses. Both applications often live in one network.
    /// </summary>
    /// <value>
    /// Default true. It never connects to link-local, multicast, unspecified and cloud metadata addresses.
    /// </value>
    public bool AllowPrivateAddresses { get; init; } = true;

    /// <summary>
    /// Whether plain http is used for other hosts than this one. If so, compare fingerprints with special care.
    /// </summary>
    public bool AllowHttp { get; init; }

    /// <summary>
    /// The proxy. The rules for addresses then apply to the proxy, not to the hosts that it connects to.
    /// </summary>
    /// <value>Default null: no proxy. Environment variables are ignored.</value>
    public IWebProxy? Proxy { get; init; }
}
