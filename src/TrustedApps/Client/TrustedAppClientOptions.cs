using TrustedApps.Keys;
using TrustedApps.Protocols;
using TrustedApps.Text;

namespace TrustedApps.Client;

/// <summary>
/// Options of a client that sends trusted requests to one provider. Validated when the host starts; without a host,
/// when the client is created.
/// </summary>
public sealed class TrustedAppClientOptions
{
    /// <summary>The provider's base URL. Only requests below it get an assertion.</summary>
    /// <value>Required; in normal form, such as <c>https://tracker.example/app</c>.</value>
    public string? BaseUrl { get; set; }

    /// <summary>
    /// The consumer's own id and keys, which never change. Alternatives: <see cref="KeyFile"/>,
    /// <see cref="KeySource"/> and <see cref="KeyStore"/>.
    /// </summary>
    public ApplicationKeys? Keys { get; set; }

    /// <summary>
    /// The path of a key file, as <c>trusted-apps keys new</c> writes it. A file that replaces it is used within
    /// seconds; see <see cref="KeyFileStore"/>.
    /// </summary>
    /// <value>Absolute, or relative to the content root of the host, as appsettings.json is.</value>
    public string? KeyFile { get; set; }

    /// <summary>
    /// The places of the consumer's own keys where they are not in a key file: PEM or PKCS#12 files, or an X.509 store;
    /// see <see cref="KeySourceStore"/>.
    /// </summary>
    public KeySourceOptions? KeySource { get; set; }

    /// <summary>
    /// The store of the consumer's own keys, such as the one of the scheme in an application that is also a provider.
    /// Loaded at the first request at the latest. Requests under way when the keys change complete with the old keys.
    /// </summary>
    /// <value>
    /// Default null. If <see cref="Keys"/>, <see cref="KeyFile"/> and <see cref="KeySource"/> are null as well, the
    /// <see cref="IKeyStore"/> of the services is used.
    /// </value>
    public IKeyStore? KeyStore { get; set; }

    /// <summary>
    /// The protocol version: <c>4</c>, <c>3</c>, <c>2</c>, <c>1</c> or <c>warwick</c>. No response and no certificate
    /// changes it.
    /// </summary>
    /// <value>
    /// Default <c>4</c>. The others need the package TrustedApps.Legacy and <c>AddLegacyVersions()</c> on the services.
    /// </value>
    public string Version { get; set; } = ProtocolVersion.Version4.Name;

    /// <summary>
    /// Version 4: the path of the provider's certificate, as <c>trusted-apps certificate show</c> writes it. It is
    /// pinned:
    /// session keys are encrypted for its owner. Alternatives: <see cref="ProviderFingerprints"/>, or a registered
    /// <see cref="IProviderStore"/>.
    /// </summary>
    /// <value>Absolute, or relative to the content root of the host, as appsettings.json is.</value>
    public string? ProviderCertificateFile { get; set; }

    /// <summary>
    /// Version 4: the fingerprints of the provider's signing keys, as an administrator has compared them, plain or in
    /// groups of four. The certificate is fetched from the base URL at the first request, and pinned if it has all of
    /// these keys.
    /// </summary>
    public IList<string> ProviderFingerprints { get; } = [];

    /// <summary>
    /// Version 4: whether the provider's certificate is fetched every 24 hours, so that the provider can rotate its
    /// keys. A newer certificate is accepted only if a key on record has signed it.
    /// </summary>
    /// <value>Default true.</value>
    public bool RefreshProviderCertificate { get; set; } = true;

    /// <summary>
    /// Version 4: the time that a new certificate of the provider waits when it adds or drops a signing key. It takes
    /// effect only if the provider still serves it then.
    /// </summary>
    /// <value>Default 24 hours; zero, which turns it off, to 24 hours: providers keep retired keys no longer.</value>
    public TimeSpan ProviderCertificateHold { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Version 4: the longest content that is read into memory to bind it to the assertion.</summary>
    /// <value>
    /// Default 1 MiB, the default limit of providers; 0 to 1 GiB, in bytes. A request with more content throws, unless
    /// <see cref="AllowUnboundContent"/> is set.
    /// </value>
    public int MaxBufferedContent { get; set; } = 1 << 20;

    /// <summary>
    /// Version 4: whether content that is longer than <see cref="MaxBufferedContent"/>, or of unknown length, is sent
    /// unbound. The provider must allow it.
    /// </summary>
    public bool AllowUnboundContent { get; set; }

    /// <summary>Version 4: whether requests to other hosts may use plain http.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>
    /// Version 4: the largest correction of the clock for assertions. The correction comes from a response that rejects
    /// the time of an assertion: from its proof where <see cref="RequireResponseProof"/> is set, otherwise from its
    /// Date header if it came over https or from this host. The system clock is not changed.
    /// </summary>
    /// <value>Default 10 minutes; zero, which turns it off, to 1 hour.</value>
    public TimeSpan MaxClockCorrection { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Returns the user of a request that does not name one by <see cref="TrustedAppRequestExtensions.OnBehalfOf"/>.
    /// Called when the request is sent. It must look up the present user: handlers outlive requests, so a captured user
    /// would be the wrong one.
    /// </summary>
    public Func<string?>? CurrentUser { get; set; }

    /// <summary>
    /// Returns the ids of the applications that asked for the present request in the user's name, the one that asked
    /// this application first, for a request that does not name them by
    /// <see cref="TrustedAppRequestExtensions.PassedOnBy"/>. Version 4 only. Called with the request's user, like
    /// <see cref="CurrentUser"/>, and not for requests of the application itself.
    /// </summary>
    /// <value>Default null: no request names any. Null or no id: this request was not passed on.</value>
    public Func<string, IReadOnlyList<string>?>? CurrentActors { get; set; }

    /// <summary>
    /// Version 4: the scopes that each request is narrowed to, unless it names others by
    /// <see cref="TrustedAppRequestExtensions.WithScopes"/>. The provider's trust must list them.
    /// </summary>
    /// <value>Default none: everything that the trust allows. At most 16 names of 1 to 64 characters.</value>
    public IList<string> Scopes { get; } = [];

    /// <summary>
    /// Version 4: the names of headers that are bound to the assertion where a request has them, such as
    /// <c>Idempotency-Key</c>. See <see cref="TrustedAppRequestExtensions.BindHeader"/>.
    /// </summary>
    /// <value>Default none; at most 8.</value>
    public IList<string> BoundHeaders { get; } = [];

    /// <summary>
    /// Version 4: whether the provider has to prove its responses. A response that does not come from the provider, or
    /// was changed on the way, or answers another request, throws a <see cref="ResponseProofException"/>. Content is
    /// verified as it is read: discard what was read if the read throws.
    /// </summary>
    /// <value>
    /// Default false: responses are protected by TLS alone. The primary HTTP handler must not decompress. A proven
    /// REPLAYED does not mean that the request was not executed: an earlier copy of it may have been.
    /// </value>
    public bool RequireResponseProof { get; set; }

    /// <summary>
    /// Whether a proof may leave out the content, which TLS alone then protects: that of a response that is longer than
    /// the provider buffers, or is streamed, over a connection without trailers, such as HTTP/1.1. Status and headers
    /// are proven all the same.
    /// </summary>
    /// <value>Default false. Needs <see cref="RequireResponseProof"/>.</value>
    public bool AllowUnprovenContent { get; set; }

    /// <summary>
    /// Whether a response that rejects the assertion throws: a <see cref="TrustedAppException"/>, or, for the code
    /// UNAVAILABLE, a <see cref="TrustedAppUnavailableException"/>, which resilience handlers retry.
    /// </summary>
    public bool ThrowOnRejection { get; set; }

    /// <summary>
    /// Whether a response that does not say that the provider accepted the request throws a
    /// <see cref="TrustedAppException"/>, whatever <see cref="ThrowOnRejection"/> says: a server that ignores the
    /// headers answers for an anonymous user. Statuses 408, 429 and 5xx do not throw.
    /// </summary>
    /// <value>Default false. Every provider of this library says so; some of other makers do not.</value>
    public bool RequireConfirmation { get; set; }

    /// <summary>The number of redirects below the base URL that are followed, each with a new assertion.</summary>
    /// <value>Default 5; 0 to 20.</value>
    public int MaxRedirects { get; set; } = 5;

    /// <summary>
    /// The longest delay, as the provider's Retry-After header asks for it, before a rejected request is retried once.
    /// Only idempotent requests are retried, and only after the codes REPLAYED, OLD_CERT, FUTURE_CERT, BAD_GRANT,
    /// GRANT_NEEDED and UNAVAILABLE. After GRANT_NEEDED, a request that only named its key grant is sent again with it
    /// at once, and that does not count.
    /// </summary>
    /// <value>
    /// Default 5 seconds; zero to 60 seconds. If the provider asks for more, the response is returned as it is.
    /// </value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Older versions: whether assertions are post-dated by 15 minutes, as the newest Atlassian clients do it.
    /// </summary>
    public bool PostDate { get; set; }

    /// <summary>
    /// Whether versions 1 and 2 may use plain http to other hosts. A reader of one such request can forge others for
    /// any user.
    /// </summary>
    public bool AllowForgeableVersionsOverHttp { get; set; }

    /// <summary>
    /// The protocol of <see cref="Version"/>, if that is an older version and the services register it; otherwise null.
    /// </summary>
    internal LegacyProtocol? LegacyProtocol { get; set; }

    /// <summary>Adds a name to <see cref="BoundHeaders"/>.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <exception cref="ArgumentException">
    /// The header cannot be bound, because the assertion covers it otherwise, or because proxies change it.
    /// </exception>
    public void BindHeader(string name)
    {
        BoundHeaderName.Require(name);
        BoundHeaders.Add(name);
    }
}
