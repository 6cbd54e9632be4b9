using TrustedApps.Keys;
using TrustedApps.Protocols;

namespace TrustedApps;

/// <summary>The configuration of a provider.</summary>
public sealed record AssertionVerifierOptions
{
    /// <summary>
    /// The public base URLs of this provider, as its clients see them. A request must match one of them, byte for byte,
    /// before its signature is verified: otherwise another provider could relay a request that it received.
    /// </summary>
    /// <value>At least one.</value>
    public IReadOnlyList<BaseUrl> BaseUrls { get; init; } = [];

    /// <summary>This provider's own id and keys. Consumers make key grants of version 4 for them.</summary>
    /// <value>Default null: version 4 is not accepted, unless there is a <see cref="KeyStore"/>.</value>
    public ApplicationKeys? Keys { get; init; }

    /// <summary>
    /// The source of this provider's own keys, in place of <see cref="Keys"/>. Each request is verified with the keys
    /// that are current when it arrives. Loaded before the first request.
    /// </summary>
    /// <value>Default null.</value>
    public IKeyStore? KeyStore { get; init; }

    /// <summary>
    /// The versions older than version 4 that are spoken, where a trust accepts them: <c>LegacyProtocols.All</c> of the
    /// package TrustedApps.Legacy. With ASP.NET Core <c>AddLegacyVersions()</c> sets them.
    /// </summary>
    /// <value>Default none. At most one protocol for each version.</value>
    /// <exception cref="ArgumentException">A version comes twice.</exception>
    public IReadOnlyList<LegacyProtocol> LegacyProtocols
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.DistinctBy(protocol => protocol.Version).Count() < value.Count)
            {
                throw new ArgumentException("There must be at most one protocol for each version.", nameof(value));
            }

            field = [.. value];
        }
    } = [];

    /// <summary>The time by which the clocks of consumer and provider may differ under version 4.</summary>
    /// <value>Default 30 seconds; zero to 60 seconds, in whole seconds.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan ClockSkew
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromSeconds(60));
            ArgumentOutOfRangeException.ThrowIfNotEqual(value.Ticks % TimeSpan.TicksPerSecond, 0, nameof(value));
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>The longest lifetime of a key grant of version 4.</summary>
    /// <value>
    /// Default 1 hour; 1 minute to 1 hour. Less than 15 minutes refuses consumers that demand proofs of responses:
    /// their grants are dated back by 5 minutes (specification version-4.md, section 5).
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan MaxGrantLifetime
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromMinutes(1));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromHours(1));
            field = value;
        }
    } = TimeSpan.FromHours(1);

    /// <summary>
    /// The most content, in bytes, that version 4 buffers to verify it before the application reads it.
    /// </summary>
    /// <value>
    /// Default 1 MiB; zero to 1 GiB, in bytes. Longer content is rejected with CONTENT_TOO_LARGE, unless the
    /// application streams.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxBufferedContent
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 << 30);
            field = value;
        }
    } = 1 << 20;

    /// <summary>
    /// The time that the content of a request may take to arrive, beyond the time for which its assertion is good. What
    /// is complete later is rejected with OLD_CERT. Streamed and unbound content has no such limit: the application
    /// reads it.
    /// </summary>
    /// <value>Default 60 seconds; zero to 1 hour.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public TimeSpan MaxContentTime
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromHours(1));
            field = value;
        }
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Headers, such as Idempotency-Key, that an assertion of version 4 must bind if the request has them: one that is
    /// there unbound is rejected with BAD_SIGNATURE (specification version-4.md, section 4).
    /// </summary>
    /// <value>
    /// Default none. Names in any case. Not: Host, Content-Type, Content-Length, Cookie, the headers of this protocol,
    /// and those that belong to a connection or that proxies write.
    /// </value>
    public IReadOnlyList<string> RequiredHeaders
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = [.. value];
        }
    } = [];

    /// <summary>
    /// Whether every rejection up to the key grant looks alike, so that responses do not reveal which ids exist here:
    /// BAD_GRANT, or GRANT_NEEDED under version 4 if the request has no Key header. The log states the real reason.
    /// </summary>
    public bool ConcealTrusts { get; init; }

    /// <summary>
    /// Turns the check of the base URL off. Only for examining captured requests, as <c>trusted-apps verify</c> does;
    /// never for serving requests.
    /// </summary>
    public bool AcceptAnyBaseUrl { get; init; }

    /// <summary>Whether version 4 is served under base URLs that are plain http and not loopback.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>
    /// Whether versions 1 and 2 are served although a base URL is plain http and not loopback. An attacker who reads
    /// one request there can make others for any user.
    /// </summary>
    public bool AllowForgeableVersionsOverHttp { get; init; }
}
