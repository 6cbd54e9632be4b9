using System.Net;

namespace TrustedApps.Certificates;

/// <summary>How certificates are fetched.</summary>
public sealed record CertificateClientOptions
{
    /// <summary>How long a fetch may take in all.</summary>
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

    /// <summary>Whether private and loopback addresses may be connected to: both applications often live in one network.</summary>
    /// <value>Default true. Link-local, multicast, unspecified and cloud metadata addresses never may.</value>
    public bool AllowPrivateAddresses { get; init; } = true;

    /// <summary>Whether plain http is used for hosts other than this one. Then compare fingerprints with special care.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>A proxy; the rules for addresses then hold for the proxy, not for what it connects to.</summary>
    /// <value>Default null: none, whatever the environment says.</value>
    public IWebProxy? Proxy { get; init; }
}
