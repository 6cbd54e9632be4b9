using System.Diagnostics;
using System.Runtime.CompilerServices;
using TrustedApps.Certificates;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Limits;
using TrustedApps.Protocols;

namespace TrustedApps;

/// <summary>
/// The consumer's side: issues the headers of one request on behalf of one user. Safe for concurrent use.
/// </summary>
/// <example>
/// <code>
/// var issuer = new AssertionIssuer(wikiKeys, trackerCertificate, BaseUrl.Parse("https://tracker.example"));
/// AssertionHeaders headers = await issuer.IssueAsync("fred", "https://tracker.example/rest/api/issues?q=open");
/// foreach ((string name, string value) in headers.Enumerate()) request.Headers.TryAddWithoutValidation(name, value);
/// </code>
/// </example>
public sealed class AssertionIssuer
{
    private static readonly TimeSpan _postDating = TimeSpan.FromMinutes(15); // specification legacy.md, section 1

    private static readonly TimeSpan _longestKey = TimeSpan.FromSeconds(10); // of a private key elsewhere

    private readonly ApplicationKeys _keys;
    private readonly IAssertionWriter _writer;
    private readonly TimeProvider _time;
    private readonly AnswerTimeout _keyTimeout;
    private readonly MonotonicTimestamps? _stamps;
    private readonly long _ahead; // milliseconds
    private readonly StrongBox<long> _correction = new(); // milliseconds
    private readonly OncePerSecond _correcting; // each of the provider's nodes may have another clock

    /// <inheritdoc cref="AssertionIssuer(ApplicationKeys, ApplicationCertificate, BaseUrl, TimeProvider)"/>
    public AssertionIssuer(ApplicationKeys keys, ApplicationCertificate provider, BaseUrl baseUrl)
        : this(keys, provider, baseUrl, time: null)
    {
    }

    // Of a provider whose record may have removed keys of its certificate.
    internal AssertionIssuer(ApplicationKeys keys, KeyGrantRecipient provider, BaseUrl baseUrl, TimeProvider time)
    {
        RequireVersion4(keys);
        (_keys, _time) = (keys, time);
        (_correcting, _keyTimeout) = (new OncePerSecond(_time), new AnswerTimeout(_longestKey, _time));
        _writer = CreateWriter(provider, baseUrl);
        ClockGauge.Watch(_correction, baseUrl);
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
        (_keys, _time) = (keys, time ?? TimeProvider.System);
        (_correcting, _keyTimeout) = (new OncePerSecond(_time), new AnswerTimeout(_longestKey, _time));
        _writer = CreateWriter(KeyGrantRecipient.Of(provider), baseUrl);
        ClockGauge.Watch(_correction, baseUrl);
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
        (_correcting, _keyTimeout) = (new OncePerSecond(_time), new AnswerTimeout(_longestKey, _time));
        _stamps = new MonotonicTimestamps();
        _ahead = postDate ? (long)_postDating.TotalMilliseconds : 0;
    }

    // Time stamps are shared with the previous issuer: a provider may reject a second use of one stamp for one URL as a
    // replay, whatever the key.
    private AssertionIssuer(AssertionIssuer before, ApplicationKeys keys, KeyGrantRecipient? provider)
    {
        (_keys, _writer, _time) = (keys, before._writer.With(keys, provider), before._time);
        (_ahead, _stamps) = (before._ahead, before._stamps);
        (_correction, _correcting) = (before._correction, before._correcting);
        _keyTimeout = before._keyTimeout;
    }

    /// <summary>The version spoken.</summary>
    public ProtocolVersion Version => _writer.Version;

    /// <summary>The consumer's id and keys.</summary>
    internal ApplicationKeys Keys => _keys;

    /// <summary>The correction of this issuer's clock.</summary>
    internal TimeSpan ClockCorrection => TimeSpan.FromMilliseconds(Volatile.Read(ref _correction.Value));

    /// <summary>
    /// The provider and the key that session keys are wrapped to under version 4; null under older versions.
    /// </summary>
    internal KeyGrantRecipient? Provider => _writer.Provider;

    // milliseconds
    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds() + Volatile.Read(ref _correction.Value);

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
    /// <exception cref="TimeoutException">The private key did not answer within 10 seconds.</exception>
    /// <exception cref="PrivateKeyException">The private key, which is not in this process, failed.</exception>
    public ValueTask<AssertionHeaders> IssueAsync(
        string? user,
        string url,
        string method = "GET",
        ContentBinding content = default,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(url);
        var request = new OutgoingRequest { Url = url, Method = method, User = user, Content = content };
        return IssueAsync(request, cancellationToken);
    }

    /// <inheritdoc
    ///     cref="IssueAsync(string, string, string, ContentBinding, CancellationToken)"
    ///     path="//summary|//returns|//exception"/>
    /// <param name="request">The request. Older versions name its user and its URL, and nothing more.</param>
    /// <param name="cancellationToken">Cancels the wait for a private key.</param>
    /// <remarks>
    /// The headers always hold the key grant of version 4. A response proof is demanded, but not verified:
    /// <see cref="Client.TrustedAppHandler"/> does that.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// A part of the request cannot be sent safely, or needs version 4.
    /// </exception>
    public ValueTask<AssertionHeaders> IssueAsync(OutgoingRequest request, CancellationToken cancellationToken)
    {
        ValueTask<IssuedAssertion> issuing = IssueAsync(request, KeyGrantTrial.Untold, cancellationToken);
        return issuing.IsCompletedSuccessfully ? new(issuing.Result.Headers) : HeadersOfAsync(issuing);

        static async ValueTask<AssertionHeaders> HeadersOfAsync(ValueTask<IssuedAssertion> issuing) =>
            (await issuing.ConfigureAwait(false)).Headers;
    }

    /// <summary>
    /// Issues an assertion that may try or name a key grant: its answer is told to <see cref="Answered"/>.
    /// </summary>
    internal async ValueTask<IssuedAssertion> IssueAsync(
        OutgoingRequest request,
        KeyGrantTrial trial,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request.Url, nameof(request));
        RequireMethod(request.Method);
        RequireClaims(request);

        using Activity? activity = IssueTelemetry.Start();
        long stamp = _stamps is null ? Now : _stamps.Next(request.Url, Now + _ahead);
        var assertion = new OutgoingAssertion(_keys, request, stamp) { Trial = trial };
        try
        {
            IssuedAssertion issued = await WriteAsync(assertion, cancellationToken).ConfigureAwait(false);
            IssueTelemetry.RecordIssue(activity, Version, issued.Grant is null ? null : issued.NamesGrant);
            return issued;
        }
        catch (Exception failure)
        {
            IssueTelemetry.RecordFailure(activity, Version, failure);
            throw;
        }
    }

    private ValueTask<IssuedAssertion> WriteAsync(OutgoingAssertion assertion, CancellationToken cancellationToken) =>
        Version.Traits.NeedsKeyGrant
            ? _writer.IssueAsync(assertion, cancellationToken) // has the time limit itself
            : _keyTimeout.AskAsync(
                static (asked, ended) => asked._writer.IssueAsync(asked.assertion, ended),
                (_writer, assertion),
                cancellationToken: cancellationToken);

    /// <summary>
    /// Creates an issuer of the same version for other keys or another key of the same provider.
    /// </summary>
    /// <remarks>
    /// It shares time stamps and clock correction with this one, which it replaces. Requests under way finish with this
    /// one.
    /// </remarks>
    internal AssertionIssuer With(ApplicationKeys keys, KeyGrantRecipient? provider) => new(this, keys, provider);

    /// <summary>Takes note of the answer to a request.</summary>
    /// <returns>Whether the request tried a new key grant, and the one before is there to go on with.</returns>
    internal bool Answered(in IssuedAssertion issued, KeyGrantAnswer answer) =>
        issued.Grant is { } grant && _writer.Answered(grant, answer, Now);

    /// <summary>Corrects the clock, at most once a second, after a provider's clock was found to differ.</summary>
    /// <returns>Whether the clock was corrected.</returns>
    internal bool TryCorrectClock(TimeSpan correction)
    {
        if (!_correcting.TryPass()) return false;
        Volatile.Write(ref _correction.Value, (long)correction.TotalMilliseconds);
        return true;
    }

    /// <summary>Zeroes session keys as soon as they are unused.</summary>
    internal void Close() => _writer.Close();

    private IAssertionWriter CreateWriter(KeyGrantRecipient provider, BaseUrl baseUrl) => ProtocolList.CreateWriter(
        _keys, provider, baseUrl, _keyTimeout, givingUp: new OncePerSecond(_time), doubling: new OncePerSecond(_time));

    internal static void RequireMethod(string method)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        if (method.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException("A method has no spaces and no control characters.", nameof(method));
        }
    }

    // What narrows a request is never dropped in silence.
    private void RequireClaims(in OutgoingRequest request)
    {
        if (Version.Traits.NeedsKeyGrant) return;
        string? claim = request.Actors.Count > 0 ? nameof(request.Actors)
            : request.Scopes.Count > 0 ? nameof(request.Scopes)
            : request.BoundHeaders.Count > 0 ? nameof(request.BoundHeaders)
            : request.RequireResponseProof ? nameof(request.RequireResponseProof)
            : null;
        if (claim is null) return;
        throw new ArgumentException(
            $"The request has {claim}, which version {Version} cannot say. Use version 4, or send the request without.",
            nameof(request));
    }

    internal static void RequireVersion4(ApplicationKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.HasVersion4Keys) return;
        throw new ArgumentException(
            $"'{keys.Id}' has no keys for version 4: add them with 'trusted-apps certificate publish-next', or speak an older version.",
            nameof(keys)
        );
    }
}
