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
    /// Configures the connection, such as a proxy, the trusted certificate authorities or a client certificate. With a
    /// proxy, the rules for addresses apply to nothing behind it.
    /// </summary>
    /// <value>
    /// Default null: no proxy, also if the environment names one. Redirects, cookies, credentials and decompression
    /// stay off, whatever it sets.
    /// </value>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; init; }

    /// <summary>
    /// Makes the <see cref="HttpClient"/> of the name <see cref="CertificateClient.HttpClientName"/>, which a host
    /// configures in one place;
    /// <see cref="Microsoft.Extensions.DependencyInjection.CertificateClientServiceCollectionExtensions.AddTrustedAppCertificateClient"/>
    /// adds it.
    /// </summary>
    /// <value>
    /// Default null: the client has a connection of its own. Otherwise <see cref="ConfigureHandler"/> is not used.
    /// </value>
    public IHttpClientFactory? HttpClientFactory { get; init; }
}
