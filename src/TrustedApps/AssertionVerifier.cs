using System.Diagnostics;
using TrustedApps.Protocols;

namespace TrustedApps;

/// <summary>
/// The provider's door: decides whether a request was made by a trusted application on behalf of a user. Safe for
/// concurrent use.
/// </summary>
public sealed class AssertionVerifier
{
    private const long SkewMilliseconds = 60_000; // specification legacy.md, section 3
    private const int MaxTargetLength = 16_384; // characters; Kestrel stops at 8,192 bytes

    private readonly ITrustStore _trusts;
    private readonly IUserResolver _users;
    private readonly IReplayStore _memory;
    private readonly TimeProvider _time;
    private readonly BaseUrl[] _baseUrls;
    private readonly bool _acceptsAnyBaseUrl;
    private readonly bool _servesForgeableVersions;

    /// <summary>Makes a verifier.</summary>
    /// <param name="trusts">The trusts.</param>
    /// <param name="users">Finds the user for a verified name.</param>
    /// <param name="options">What the provider is configured with.</param>
    /// <param name="memory">What was seen before. All verifiers of one provider share it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">No base URL is configured.</exception>
    public AssertionVerifier(
        ITrustStore trusts, IUserResolver users, AssertionVerifierOptions options, IReplayStore memory, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(trusts);
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(memory);
        if (options.BaseUrls.Count == 0 && !options.AcceptAnyBaseUrl) throw new ArgumentException("Say under which public base URLs this provider is reached.", nameof(options));

        (_trusts, _users, _memory, _time) = (trusts, users, memory, time ?? TimeProvider.System);
        (_baseUrls, _acceptsAnyBaseUrl) = ([.. options.BaseUrls], options.AcceptAnyBaseUrl);
        _servesForgeableVersions = options.AllowForgeableVersionsOverHttp || Array.TrueForAll(_baseUrls, url => url.IsProtected);
    }

    /// <summary>Verifies a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="users">Finds the user for this request, such as a resolver of its scope; null for the verifier's own.</param>
    /// <param name="cancellationToken">Ends when the request does.</param>
    /// <returns>Accepted, refused with a reason, or not a trusted request. Hostile input never throws.</returns>
    public async ValueTask<Verdict> VerifyAsync(
        IncomingRequest request, IUserResolver? users = null, CancellationToken cancellationToken = default)
    {
        if (!AssertionHeaders.TryRead(request.Headers, out AssertionHeaders headers, out Refusal? malformed)) return Verdict.None;

        long started = _time.GetTimestamp();
        using Activity? activity = Telemetry.StartVerification();

        Verdict verdict = await CheckAsync(headers, malformed, request, users ?? _users, cancellationToken).ConfigureAwait(false);

        Telemetry.RecordVerdict(activity, verdict, _time.GetElapsedTime(started));
        return verdict;
    }

    // Every check in its order (specification legacy.md, section 2): the first that fails decides the code.
    private async ValueTask<Verdict> CheckAsync(
        AssertionHeaders headers, Refusal? malformed, IncomingRequest request, IUserResolver users, CancellationToken cancellationToken)
    {
        // Header shape.
        if (malformed is { } shape) return Verdict.Refuse(headers, null, shape);

        // Application, version, and the headers that the version has.
        ITrustedAppProtocol? protocol = ProtocolList.Find(headers);
        ProtocolVersion? version = protocol?.Version;
        if (headers.ApplicationId.AsSpan().ContainsOnlyBlanks()) return Refuse(headers.Family.IdNotFound);
        string id = headers.ApplicationId!;
        TrustedApplication? application = _trusts.Find(id);
        if (application is null) return Refuse(protocol?.FindMissing(headers) ?? RefusalReason.ApplicationUnknown, id);
        if (protocol is null || !application.Accepts(protocol.Version)) return Refuse(RefusalReason.VersionNotAccepted, headers.Version ?? "0", AcceptedVersions(application));
        if (protocol.Version.IsForgeable && !_servesForgeableVersions) return Refuse(RefusalReason.VersionUnsafeHere, protocol.Version.Name);
        if (protocol.FindMissing(headers) is { } missing) return Refuse(missing);

        // Address: the only condition before the signature.
        TrustConditions conditions = application.Conditions;
        if (!conditions.AddressCondition.Allows(request.RemoteAddress)) return Refuse(RefusalReason.AddressNotAllowed, request.RemoteAddress?.ToString() ?? "");
        if (FindForbiddenForwarder(conditions, request) is { } forwarder) return Refuse(RefusalReason.ForwardedAddressNotAllowed, forwarder);

        // Key, Magic, Cert and the text inside.
        if (protocol.Open(headers, application, out OpenedAssertion opened) is { } unopened) return Verdict.Refuse(headers, version, unopened);

        // Time.
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (opened.Milliseconds > now + conditions.AllowanceMilliseconds + SkewMilliseconds) return Refuse(RefusalReason.TooEarly, id, FormatTime(opened.Milliseconds));
        long until = opened.Milliseconds + conditions.TimeoutMilliseconds;
        if (until < now) return Refuse(RefusalReason.TooOld, id, FormatTime(opened.Milliseconds), conditions.TimeoutMilliseconds.ToString(CultureInfo.InvariantCulture));

        // The URL's origin, then the signature over the URL exactly as received.
        if (request.Target.Length > MaxTargetLength) return Refuse(RefusalReason.UrlTooLong);
        if (!request.Target.StartsWith('/')) return Refuse(RefusalReason.NotOriginForm);
        if (!IsForThisProvider(request)) return Refuse(RefusalReason.NotOurUrl, $"{request.Scheme}://{request.Host}{request.PathBase}");
        string url = request.Url;
        if (protocol.CheckSignature(headers, application, opened, url) is { } unsigned) return Verdict.Refuse(headers, version, unsigned);

        // What the trust allows.
        if (!conditions.MethodCondition.Allows(request.Method)) return Refuse(RefusalReason.MethodNotAllowed, request.Method);
        if (!conditions.UrlCondition.Allows(request.Target, request.PathBase, request.RoutedPath)) return Refuse(RefusalReason.UrlNotAllowed, WithoutQuery(request.Target));
        if (!conditions.UserCondition.Allows(opened.User)) return Refuse(RefusalReason.UserNotAllowed, id, opened.User);

        // Memory: written only now that everything before has passed.
        if (conditions.RefusesRepetitions || protocol.Version.IsForgeable)
        {
            ReplayRecord record = MakeRecord(protocol, headers, application, opened, url, until, now);
            ReplayAnswer answer = await _memory.RememberAsync(record, cancellationToken).ConfigureAwait(false);
            if (CheckReplay(answer, conditions, request.Method) is { } replayed) return Refuse(replayed, id);
        }

        // The user.
        UserResolution user = await users.ResolveAsync(opened.User, id, cancellationToken).ConfigureAwait(false);
        if (user.Status == UserStatus.Unknown) return Refuse(RefusalReason.UserUnknown, opened.User, id);
        if (user.Status != UserStatus.Known) return Refuse(headers.Family.MayNotLogIn, opened.User, id);
        if (!conditions.UserCondition.Allows(user.Name!)) return Refuse(RefusalReason.UserNotAllowed, id, user.Name);

        DateTimeOffset issuedAt = DateTimeOffset.FromUnixTimeMilliseconds(opened.Milliseconds);
        return Verdict.Accept(headers, new VerifiedAssertion(application, protocol.Version, user.Name!, issuedAt, user.Identity));

        Verdict Refuse(RefusalReason reason, string? first = null, string? second = null, string? third = null) =>
            Verdict.Refuse(headers, version, new Refusal(reason, first, second, third));
    }

    private bool IsForThisProvider(in IncomingRequest request)
    {
        if (_acceptsAnyBaseUrl) return true;
        foreach (BaseUrl baseUrl in _baseUrls)
        {
            if (baseUrl.IsOf(request)) return true;
        }

        return false;
    }

    private static string? FindForbiddenForwarder(TrustConditions conditions, in IncomingRequest request) =>
        conditions.CheckForwardedFor && request.Headers.TryGetValue("X-Forwarded-For", out var forwardedFor)
            ? conditions.AddressCondition.FindForbidden(forwardedFor)
            : null;

    private static ReplayRecord MakeRecord(
        ITrustedAppProtocol protocol, in AssertionHeaders headers, TrustedApplication application, in OpenedAssertion opened, string url,
        long until, long now)
    {
        Span<ReplayMark> marks = stackalloc ReplayMark[ReplayRecord.MaxMarks];
        int count = protocol.MarkForReplay(headers, opened, url, marks);
        return ReplayRecord.Legacy(application.Id, marks[..count], opened.Milliseconds, until, now);
    }

    private static RefusalReason? CheckReplay(in ReplayAnswer answer, TrustConditions conditions, string method)
    {
        bool mayRepeat = !conditions.RefuseReplays && Conditions.MethodCondition.IsSafe(method);
        return answer.Status switch
        {
            ReplayStatus.First => null,
            ReplayStatus.Repeated when mayRepeat => null,
            ReplayStatus.Full => RefusalReason.MemoryFull,
            ReplayStatus.Unavailable => RefusalReason.MemoryUnavailable,
            ReplayStatus.Starting => RefusalReason.MemoryStarting,
            _ => RefusalReason.Replayed,
        };
    }

    private static string AcceptedVersions(TrustedApplication application) =>
        string.Join(", ", application.Conditions.Versions.Select(version => version.Name));

    // Fifteen digits reach beyond the year 9999.
    private static string FormatTime(long milliseconds) => milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        ? milliseconds.ToString(CultureInfo.InvariantCulture)
        : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string WithoutQuery(string target)
    {
        int query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }
}
