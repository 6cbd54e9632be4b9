using System.Runtime.CompilerServices;
using TrustedApps.Certificates;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Protocols;
using TrustedApps.Protocols.Version4;

namespace TrustedApps;

/// <summary>The consumer's door: makes the headers of one request on behalf of one user. Safe for concurrent use.</summary>
public sealed class AssertionIssuer
{
    private static readonly TimeSpan _grantLifetime = TimeSpan.FromMinutes(10); // specification version-4.md, section 3

    private readonly ApplicationKeys _keys;
    private readonly ITrustedAppProtocol _protocol;
    private readonly TimeProvider _time;
    private readonly KeyGrantIssuer? _grants;
    private readonly long _ahead;
    private readonly MonotonicTimestamps _stamps;
    private readonly StrongBox<long> _correction; // milliseconds; shared like the timestamps

    /// <summary>
    /// Makes an issuer of version 4, for one provider. One for each provider and process: it keeps a session key that
    /// the provider knows.
    /// </summary>
    /// <param name="keys">The consumer's id and keys.</param>
    /// <param name="provider">The provider's certificate, pinned: whoever it belongs to can read what is sent.</param>
    /// <param name="baseUrl">The base URL to which requests are sent.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The consumer has no keys of version 4.</exception>
    public AssertionIssuer(ApplicationKeys keys, ApplicationCertificate provider, BaseUrl baseUrl, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(baseUrl);
        if (!keys.HasVersion4Keys) throw new ArgumentException($"'{keys.Id}' has no keys for version 4: add them with 'trusted-apps certificate publish-next', or speak an older version.", nameof(keys));
        Version = ProtocolVersion.Version4;
        (_keys, _protocol, _time) = (keys, ProtocolList.Find(Version), time ?? TimeProvider.System);
        (_stamps, _correction) = (new MonotonicTimestamps(), new StrongBox<long>());
        Provider = provider;
        _grants = new KeyGrantIssuer(keys, provider, baseUrl, _grantLifetime);
    }

    /// <summary>Makes an issuer of an older version. One for each application and process: it keeps stamps from being used twice.</summary>
    /// <param name="keys">The consumer's id and private key.</param>
    /// <param name="version">The version spoken. No response changes it.</param>
    /// <param name="stampAhead">Whether to stamp 15 minutes ahead, as the newest Atlassian clients do, for providers that expect it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">Version 4, which needs the provider's certificate.</exception>
    public AssertionIssuer(ApplicationKeys keys, ProtocolVersion version, bool stampAhead = false, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(version);
        if (!version.IsLegacy) throw new ArgumentException("Version 4 is spoken to one provider: give its certificate and base URL.", nameof(version));
        Version = version;
        (_keys, _protocol, _time) = (keys, ProtocolList.Find(Version), time ?? TimeProvider.System);
        (_stamps, _correction) = (new MonotonicTimestamps(), new StrongBox<long>());
        _ahead = stampAhead ? (long)TimeSpan.FromMinutes(15).TotalMilliseconds : 0;
    }

    // Timestamps are shared with the issuer before: a provider may take one timestamp for one URL for a replay, whatever the key.
    private AssertionIssuer(AssertionIssuer before, ApplicationKeys keys, ApplicationCertificate? provider)
    {
        Version = before.Version;
        (_keys, _protocol, _time, _ahead) = (keys, before._protocol, before._time, before._ahead);
        (_stamps, _correction) = (before._stamps, before._correction);
        Provider = provider;
        _grants = provider is null ? null : before._grants?.With(keys, provider);
    }

    /// <summary>The version spoken.</summary>
    public ProtocolVersion Version { get; }

    /// <summary>The consumer's id and keys.</summary>
    internal ApplicationKeys Keys => _keys;

    /// <summary>By how much this issuer's clock is corrected, where a provider's was found to differ.</summary>
    internal TimeSpan ClockCorrection
    {
        get => TimeSpan.FromMilliseconds(Volatile.Read(ref _correction.Value));
        set => Volatile.Write(ref _correction.Value, (long)value.TotalMilliseconds);
    }

    /// <summary>The certificate that session keys are encrypted for under version 4; null under older versions.</summary>
    internal ApplicationCertificate? Provider { get; }

    /// <summary>Issues an assertion: a new one for each request, and for each time a request is sent again.</summary>
    /// <param name="user">On whose behalf: 1 to 255 characters (older versions: 1,024) without control characters. Null when the application acts as itself, in version 4.</param>
    /// <param name="url">The URL exactly as it will be requested: absolute, with path and query as they are sent.</param>
    /// <param name="method">The method exactly as it will be sent. Older versions do not sign it.</param>
    /// <param name="content">What binds the content; left out for a request without content. Older versions bind none.</param>
    /// <returns>The headers to set.</returns>
    /// <exception cref="ArgumentException">User, URL or content type cannot be sent safely.</exception>
    public AssertionHeaders Issue(string? user, string url, string method = "GET", ContentBinding content = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentException.ThrowIfNullOrEmpty(method);
        if (method.AsSpan().ContainsAnyExceptInRange('!', '~')) throw new ArgumentException("A method has no spaces and no control characters.", nameof(method));

        using var activity = Telemetry.StartIssue();
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds() + Volatile.Read(ref _correction.Value);
        AssertionHeaders headers;
        do
        {
            headers = _protocol.Issue(_grants is null
                ? new OutgoingAssertion(_keys, user, method, url, content, _stamps.Next(url, now + _ahead), Grant: null)
                : new OutgoingAssertion(_keys, user, method, url, content, now, _grants.Get(now / 1000)));
        }
        while (headers.Cert is null); // two refusals have dropped the grant since Get

        Telemetry.RecordIssue(Version);
        return headers;
    }

    /// <summary>Returns an issuer of the same version with other keys and another certificate of the same provider.</summary>
    /// <remarks>It shares timestamps and clock correction with this one. Requests under way end with this one.</remarks>
    internal AssertionIssuer With(ApplicationKeys keys, ApplicationCertificate? provider) => new(this, keys, provider);

    /// <summary>Gives up the grant that some headers carry, because the provider refused it.</summary>
    internal void Discard(in AssertionHeaders headers) => _grants?.Discard(headers.Key!);
}
