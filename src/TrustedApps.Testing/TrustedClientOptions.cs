using System.Net;
using TrustedApps.Client;
using TrustedApps.Testing.Hosting.Peers;

namespace TrustedApps.Testing;

/// <summary>Options of a trusted client of a test. Every one has a default that works.</summary>
public sealed class TrustedClientOptions
{
    /// <summary>The id of the application that makes the requests.</summary>
    /// <value>
    /// Default null: <c>test-consumer</c>, or an id of its own for a client with <see cref="Conditions"/> or
    /// <see cref="ConditionsFrom"/>. Clients with one id share one trust: the conditions of the last one are in force.
    /// </value>
    public string? ApplicationId { get; set; }

    /// <summary>
    /// The scopes that each request is narrowed to, unless it names others by WithScopes. The trust lists them, unless
    /// <see cref="Conditions"/> say otherwise.
    /// </summary>
    /// <value>Default none.</value>
    public IList<string> Scopes => Client.Scopes;

    /// <summary>The ids of the applications that asked for each request, the nearest first.</summary>
    /// <value>Default none; at most 3.</value>
    public IList<string> Actors { get; } = [];

    /// <summary>The conditions of the trust, all of which are in force.</summary>
    /// <value>
    /// Default null: everything is allowed, from <see cref="RemoteAddress"/> and loopback addresses, with the scopes of
    /// <see cref="Scopes"/>. Begin with <see cref="Everything"/> to change some.
    /// </value>
    /// <example>
    /// <code>options.Conditions = TrustedClientOptions.Everything with { Urls = ["/rest"], Methods = ["GET"] };</code>
    /// </example>
    public TrustConditions? Conditions { get; set; }

    /// <summary>
    /// The trust in the application's configuration whose conditions are in force for this client, its Addresses
    /// included: its Id, Name, CertificateUrl or CertificateFile. An alternative to <see cref="Conditions"/>.
    /// </summary>
    /// <value>Default null.</value>
    public string? ConditionsFrom { get; set; }

    /// <summary>The address that requests come from.</summary>
    /// <value>Default 127.0.0.1.</value>
    public IPAddress RemoteAddress { get; set; } = IPAddress.Loopback;

    /// <summary>The name of the scheme that the client is for.</summary>
    /// <value>Default null: the only scheme, or the one with the default name.</value>
    public string? AuthenticationScheme { get; set; }

    /// <summary>The clock of the client.</summary>
    /// <value>Default null: the application's own, so that the two agree.</value>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>
    /// The code with which the provider rejects all requests of this client, for a cause that is real. See
    /// <see cref="RejectionRequestExtensions.RejectAs"/>.
    /// </summary>
    /// <value>Default null: none.</value>
    public ErrorCode? RejectAs { get; set; }

    /// <summary>
    /// The options of the client, as <c>AddTrustedApp</c> has them. Keys and the provider's certificate are those of
    /// the test.
    /// </summary>
    /// <value>
    /// BaseUrl is by default the first of the application's BaseUrls. Unlike in production, MaxRetryDelay and
    /// MaxClockCorrection are zero by default, so that no test waits and no clock is corrected.
    /// </value>
    public TrustedAppClientOptions Client { get; } = new()
    {
        MaxRetryDelay = TimeSpan.Zero,
        MaxClockCorrection = TimeSpan.Zero,
    };

    /// <summary>The test provider that the client is for; null for an application under test.</summary>
    internal TestPeer? Peer { get; init; }

    /// <summary>Conditions that allow everything, except scopes, which a trust has to list.</summary>
    public static TrustConditions Everything { get; } = new()
    {
        Addresses = ["*"],
        Urls = ["*"],
        AllowSelf = true,
        AllowDelegation = true,
        AllowUnboundContent = true,
    };
}
