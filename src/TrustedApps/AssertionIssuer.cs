using System.Runtime.CompilerServices;
using TrustedApps.Certificates;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Protocols;

namespace TrustedApps;

/// <summary>
/// The consumer's side: issues the headers of one request on behalf of one user. Safe for concurrent use.
/// </summary>
public sealed class AssertionIssuer
{
    private static readonly TimeSpan _postDating = TimeSpan.FromMinutes(15); // specification legacy.md, section 1

    private readonly ApplicationKeys _keys;
    private readonly IAssertionWriter _writer;
    private readonly TimeProvider _time;
    private readonly MonotonicTimestamps? _stamps;
    private readonly long _ahead; // milliseconds
    private readonly StrongBox<long> _correction = new(); // milliseconds

    /// <inheritdoc cref="AssertionIssuer(ApplicationKeys, ApplicationCertificate, BaseUrl, TimeProvider)"/>
    public AssertionIssuer(ApplicationKeys keys, ApplicationCertificate provider, BaseUrl baseUrl)
        : this(keys, provider, baseUrl, time: null)
    {
    }

    // Of a provider whose record may have removed keys of its certificate.
    internal AssertionIssuer(ApplicationKeys keys, KeyGrantRecipient provider, BaseUrl baseUrl, TimeProvider time)
    {
        RequireVersion4(keys);
        (_keys, _writer, _time) = (keys, ProtocolList.CreateWriter(keys, provider, baseUrl), time);
    }

    /// <summary>
    /// Creates an issuer of version 4 for one provider. Share it: it caches a session key that the provider has
    /// verified.
    /// </summary>
    /// <param name="keys">The consumer's id and keys.</param>
    /// <param name="provider">The provider's pinned certificate. Its owner can read the assertions.</param>
    /// <param name="baseUrl">The base URL to which requests are sent.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">The consumer has no keys of version 4.</exception>
    public AssertionIssuer(
        ApplicationKeys keys,
        ApplicationCertificate provider,
        BaseUrl baseUrl,
        TimeProvider? time
    )
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(baseUrl);
        RequireVersion4(keys);
        (_keys, _writer, _time) = (
            keys,
            ProtocolList.CreateWriter(keys, KeyGrantRecipient.Of(provider), baseUrl),
            time ?? TimeProvider.System
        );
    }

    /// <inheritdoc cref="AssertionIssuer(ApplicationKeys, LegacyProtocol, bool, TimeProvider)"/>
    public AssertionIssuer(ApplicationKeys keys, LegacyProtocol protocol)
        : this(keys, protocol, postDate: false, time: null)
    {
    }

    /// <summary>
    /// Creates an issuer of an older version. Use one for each application and process: it never issues one time stamp
    /// twice for one URL.
    /// </summary>
    /// <param name="keys">The consumer's id and private key.</param>
    /// <param name="protocol">
    /// The version spoken, such as <c>LegacyProtocols.Atlassian3</c> of the package TrustedApps.Legacy. No response
    /// changes it.
    /// </param>
    /// <param name="postDate">
    /// Whether to stamp 15 minutes ahead, as the newest Atlassian clients do, for providers that expect it.
    /// </param>
    /// <param name="time">The clock; null for the system's.</param>
    public AssertionIssuer(
        ApplicationKeys keys,
        LegacyProtocol protocol,
        bool postDate,
        TimeProvider? time
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(protocol);
        (_keys, _writer, _time) = (keys, ProtocolList.CreateWriter(protocol), time ?? TimeProvider.System);
        _stamps = new MonotonicTimestamps();
        _ahead = postDate ? (long)_postDating.TotalMilliseconds : 0;
    }

    // Time stamps are shared with the previous issuer: a provider may reject a second use of one stamp for one URL as a
    // replay, whatever the key.
    private AssertionIssuer(AssertionIssuer before, ApplicationKeys keys, KeyGrantRecipient? provider)
    {
        (_keys, _writer, _time) = (keys, before._writer.With(keys, provider), before._time);
        (_ahead, _stamps, _correction) = (before._ahead, before._stamps, before._correction);
    }

    /// <summary>The version spoken.</summary>
    public ProtocolVersion Version => _writer.Version;

    /// <summary>The consumer's id and keys.</summary>
    internal ApplicationKeys Keys => _keys;

    /// <summary>The correction of this issuer's clock, set after a provider's clock was found to differ.</summary>
    internal TimeSpan ClockCorrection
    {
        get => TimeSpan.FromMilliseconds(Volatile.Read(ref _correction.Value));
        set => Volatile.Write(ref _correction.Value, (long)value.TotalMilliseconds);
    }

    /// <summary>
    /// The provider and the key that session keys are wrapped to under version 4; null under older versions.
    /// </summary>
    internal KeyGrantRecipient? Provider => _writer.Provider;

    /// <summary>Issues an assertion: a new one for each request, and for each retry.</summary>
    /// <param name="user">
    /// The user on whose behalf the request is made: 1 to 255 characters (older versions: 1,024) without control
    /// characters. Null when the application acts as itself, in version 4.
    /// </param>
    /// <param name="url">
    /// The URL exactly as it will be requested: absolute, with path and query in the form in which they are sent.
    /// </param>
    /// <param name="method">The method exactly as it will be sent. Older versions do not sign it.</param>
    /// <param name="content">
    /// The binding of the content; omitted for a request without content. Older versions bind none.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait for a private key.</param>
    /// <returns>
    /// The headers to set. Completes synchronously unless the private key is held by a service that must be called.
    /// </returns>
    /// <exception cref="ArgumentException">User, URL or content type cannot be sent safely.</exception>
    public async ValueTask<AssertionHeaders> IssueAsync(
        string? user,
        string url,
        string method = "GET",
        ContentBinding content = default,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentException.ThrowIfNullOrEmpty(method);
        if (method.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException("A method has no spaces and no control characters.", nameof(method));
        }

        using var activity = Telemetry.StartIssue();
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds() + Volatile.Read(ref _correction.Value);
        long stamp = _stamps is null ? now : _stamps.Next(url, now + _ahead);
        var assertion = new OutgoingAssertion(_keys, user, method, url, content, stamp);
        AssertionHeaders headers = await _writer.IssueAsync(assertion, cancellationToken).ConfigureAwait(false);
        Telemetry.RecordIssue(Version);
        return headers;
    }

    /// <summary>
    /// Creates an issuer of the same version for other keys or another key of the same provider.
    /// </summary>
    /// <remarks>
    /// It shares time stamps and clock correction with this one. Requests under way finish with this one.
    /// </remarks>
    internal AssertionIssuer With(ApplicationKeys keys, KeyGrantRecipient? provider) => new(this, keys, provider);

    /// <summary>Drops the key grant that some headers carry, because the provider rejected it.</summary>
    internal void Discard(in AssertionHeaders headers) => _writer.Discard(headers);

    private static void RequireVersion4(ApplicationKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.HasVersion4Keys) return;
        throw new ArgumentException(
            $"'{keys.Id}' has no keys for version 4: add them with 'trusted-apps certificate publish-next', or speak an older version.",
            nameof(keys)
        );
    }
}
