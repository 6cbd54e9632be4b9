using System.Diagnostics;
using TrustedApps.Content;
using TrustedApps.Protocols;
using TrustedApps.Protocols.Version4;

namespace TrustedApps;

/// <summary>
/// The provider's door: decides whether a request was made by a trusted application on behalf of a user. Safe for
/// concurrent use.
/// </summary>
public sealed class AssertionVerifier
{
    private const long LegacySkewMilliseconds = 60_000; // specification legacy.md, section 3
    private const int MaxTargetLength = 16_384; // characters; Kestrel stops at 8,192 bytes

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1); // what a node has not heard of its database in time it may hear at any moment

    private readonly ITrustStore _trusts;
    private readonly IUserResolver _users;
    private readonly IReplayStore _memory;
    private readonly TimeProvider _time;
    private readonly AssertionVerifierOptions _options;
    private readonly BaseUrl[] _baseUrls;
    private readonly GrantVerifier _grants;
    private readonly bool _servesForgeableVersions;

    /// <summary>Makes a verifier.</summary>
    /// <param name="trusts">The trusts.</param>
    /// <param name="users">Finds the user for a verified name.</param>
    /// <param name="options">What the provider is configured with.</param>
    /// <param name="memory">What was seen before. All verifiers of one provider share it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">No base URL is configured, or own keys twice.</exception>
    public AssertionVerifier(
        ITrustStore trusts, IUserResolver users, AssertionVerifierOptions options, IReplayStore memory, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(trusts);
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(memory);
        if (options.BaseUrls.Count == 0 && !options.AcceptAnyBaseUrl) throw new ArgumentException("Say under which public base URLs this provider is reached.", nameof(options));
        if (options.Keys is not null && options.KeyStore is not null) throw new ArgumentException("Set either Keys or KeyStore.", nameof(options));

        (_trusts, _users, _options, _memory, _time) = (trusts, users, options, memory, time ?? TimeProvider.System);
        _baseUrls = [.. options.BaseUrls];
        _servesForgeableVersions = options.AllowForgeableVersionsOverHttp || Array.TrueForAll(_baseUrls, url => url.IsProtected);
        BaseUrl[] protectedUrls = Array.FindAll(_baseUrls, url => url.IsProtected || options.AllowHttp);
        _grants = new GrantVerifier(
            new GrantRules(Keys: null, protectedUrls, options.AcceptAnyBaseUrl, (long)options.ClockSkew.TotalSeconds, (long)options.MaxGrantLifetime.TotalSeconds),
            new GrantLimits());
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

        long? started = Telemetry.IsTimed ? _time.GetTimestamp() : null;
        using Activity? activity = Telemetry.StartVerification();

        Verdict verdict = await CheckAsync(headers, malformed, request, users ?? _users, cancellationToken).ConfigureAwait(false);
        if (_options.ConcealTrusts) verdict = verdict.Conceal();

        Telemetry.RecordVerdict(activity, verdict, started is { } start ? _time.GetElapsedTime(start) : null);
        return verdict;
    }

    // Every check in its order (specification legacy.md, section 2; version-4.md, section 6): the first that fails
    // decides the code.
    private async ValueTask<Verdict> CheckAsync(
        AssertionHeaders headers, Refusal? malformed, IncomingRequest request, IUserResolver users, CancellationToken cancellationToken)
    {
        string? claimedUser = null;

        // Version and header shape.
        ITrustedAppProtocol? protocol = ProtocolList.Find(headers);
        ApplicationKeys? keys = null;
        ProtocolVersion? version = malformed is not null && AssertionHeaders.NamesVersion4(request.Headers) ? ProtocolVersion.Version4 : protocol?.Version;
        if (protocol is { Version.IsLegacy: false } && (keys = _options.KeyStore?.Keys ?? _options.Keys) is not { HasVersion4Keys: true }) protocol = null; // not spoken here
        if ((malformed ?? protocol?.CheckShape(headers, request)) is { } shape) return Verdict.Refuse(headers, version, shape);

        // Application, version, and the headers that the version has.
        DateTimeOffset moment = _time.GetUtcNow();
        if (headers.ApplicationId.AsSpan().ContainsOnlyBlanks()) return Refuse(headers.Family.IdNotFound);
        string id = headers.ApplicationId!;
        if (!_trusts.IsAvailable) return Refuse(RefusalReason.TrustsUnavailable).WithRetryAfter(_soon);
        TrustedApplication? application = _trusts.Find(id);
        if (application is null || application.Id != id) return Refuse(FindMissingBeforeTrust(protocol, headers) ?? RefusalReason.ApplicationUnknown, id);
        if (application.IsSuspended) return Refuse(FindMissingBeforeTrust(protocol, headers) ?? RefusalReason.ApplicationSuspended, id);
        if (protocol is null || !application.TryFindConditions(protocol.Version, moment, out TrustConditions? conditions)) return Refuse(RefusalReason.VersionNotAccepted, headers.Version ?? "0", application.DescribeVersions(moment));
        if (protocol.Version.IsForgeable && !_servesForgeableVersions) return Refuse(RefusalReason.VersionUnsafeHere, protocol.Version.Name);
        if (protocol.Version.IsLegacy && protocol.FindMissing(headers) is { } missing) return Refuse(missing);

        // Address: the only condition before anything is proven.
        if (!conditions.AddressCondition.Allows(request.RemoteAddress)) return Refuse(RefusalReason.AddressNotAllowed, request.RemoteAddress?.ToString() ?? "");
        if (FindForbiddenForwarder(conditions, request) is { } forwarder) return Refuse(RefusalReason.ForwardedAddressNotAllowed, forwarder);

        // Version 4: the grant, proven once and then kept.
        Grant? grant = null;
        if (!protocol.Version.IsLegacy)
        {
            if (protocol.FindMissing(headers) is { } missingGrant) return Refuse(missingGrant);
            GrantAnswer answer = await _grants.FindAsync(headers, application, keys!, request.RemoteAddress, moment).ConfigureAwait(false);
            if (answer.Refusal is { } ungranted) return Verdict.Refuse(headers, version, ungranted).WithRetryAfter(answer.RetryAfter);
            grant = answer.Grant;
        }

        // The assertion and what it says.
        if (protocol.Open(headers, request, application, grant, out OpenedAssertion opened) is { } unopened) return Verdict.Refuse(headers, version, unopened);
        claimedUser = opened.User;

        // Time.
        (long ahead, long behind, long now) = TimesOf(protocol.Version, conditions, moment);
        if (opened.Milliseconds > now + ahead) return Refuse(RefusalReason.TooEarly, id, FormatTime(opened.Milliseconds));
        long until = opened.Milliseconds + behind;
        if (until < now) return Refuse(RefusalReason.TooOld, id, FormatTime(opened.Milliseconds), conditions.TimeoutMilliseconds.ToString(CultureInfo.InvariantCulture));

        // The request that was asserted is this one. Older versions sign the origin, too; in version 4 the grant names it.
        if (request.Target.Length > MaxTargetLength) return Refuse(RefusalReason.UrlTooLong);
        if (protocol.Version.IsLegacy && (request.IsAbsoluteForm || !request.Target.StartsWith('/'))) return Refuse(RefusalReason.NotOriginForm);
        if (protocol.Version.IsLegacy && !IsForThisProvider(request)) return Refuse(RefusalReason.NotOurUrl, $"{request.Scheme}://{request.Host}{request.PathBase}");
        string url = protocol.Version.IsLegacy ? request.Url : request.Target;
        if (protocol.CheckSignature(headers, application, opened, url) is { } unsigned) return Verdict.Refuse(headers, version, unsigned).OnBehalfOf(claimedUser);

        // What the trust allows.
        if (!conditions.AllowsMethod(request.Method, protocol.Version)) return Refuse(RefusalReason.MethodNotAllowed, request.Method);
        if (!conditions.UrlCondition.Allows(request.Target, request.PathBase, request.RoutedPath)) return Refuse(RefusalReason.UrlNotAllowed, WithoutQuery(request.Target));
        if (opened.User is null && !conditions.AllowSelf) return Refuse(RefusalReason.SelfNotAllowed, id);
        if (opened.User is not null && !conditions.UserCondition.Allows(opened.User)) return Refuse(RefusalReason.UserNotAllowed, id, opened.User);

        // Memory: written only now that everything before has passed.
        if (FindReplayRecord(protocol, headers, application, conditions, opened, url, until, now, ahead) is { } record)
        {
            ReplayAnswer answer = await _memory.RememberAsync(record, cancellationToken).ConfigureAwait(false);
            if (FindReplayReason(answer.Status, protocol.Version, conditions, request.Method) is { } replayed) return Refuse(replayed, id).WithRetryAfter(answer.RetryAfter);
        }

        // Version 4: the content.
        Stream? content = null;
        if (!protocol.Version.IsLegacy)
        {
            (content, RefusalReason? mismatch) = await ContentCheck.ReadAsync(opened.Content, request, conditions, _options.MaxBufferedContent, cancellationToken).ConfigureAwait(false);
            if (mismatch is not null) return Refuse(mismatch, id);
        }

        // The user.
        DateTimeOffset issuedAt = DateTimeOffset.FromUnixTimeMilliseconds(opened.Milliseconds);
        if (opened.User is null) return Verdict.Accept(headers, new VerifiedAssertion(application, protocol.Version, null, issuedAt, null, content));
        UserResolution user = await users.ResolveAsync(opened.User, id, cancellationToken).ConfigureAwait(false);
        if (user.Status == UserStatus.Unknown) return Refuse(RefusalReason.UserUnknown, opened.User, id);
        if (user.Status != UserStatus.Known) return Refuse(headers.Family.MayNotLogIn, opened.User, id);
        if (!conditions.UserCondition.Allows(user.Name!)) return Refuse(RefusalReason.UserNotAllowed, id, user.Name);
        return Verdict.Accept(headers, new VerifiedAssertion(application, protocol.Version, user.Name!, issuedAt, user.Identity, content));

        Verdict Refuse(RefusalReason reason, string? first = null, string? second = null, string? third = null) =>
            Verdict.Refuse(headers, version, new Refusal(reason, first, second, third)).OnBehalfOf(claimedUser);
    }

    // Older versions ask for their headers before they ask who is there; version 4 keeps to its order.
    private RefusalReason? FindMissingBeforeTrust(ITrustedAppProtocol? protocol, in AssertionHeaders headers) =>
        protocol is { Version.IsLegacy: true } && !_options.ConcealTrusts ? protocol.FindMissing(headers) : null;

    // How far ahead of now, and behind it, an assertion may be stamped, in milliseconds. Version 4 counts whole seconds.
    private (long Ahead, long Behind, long Now) TimesOf(ProtocolVersion version, TrustConditions conditions, DateTimeOffset moment)
    {
        long skew = (long)_options.ClockSkew.TotalMilliseconds;
        return version.IsLegacy
            ? (conditions.AllowanceMilliseconds + LegacySkewMilliseconds, conditions.TimeoutMilliseconds, moment.ToUnixTimeMilliseconds())
            : (skew, conditions.TimeoutMilliseconds + skew, moment.ToUnixTimeSeconds() * 1000);
    }

    private bool IsForThisProvider(in IncomingRequest request)
    {
        if (_options.AcceptAnyBaseUrl) return true;
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

    // Null where nothing could be refused: then nothing need be remembered.
    private static ReplayRecord? FindReplayRecord(
        ITrustedAppProtocol protocol, in AssertionHeaders headers, TrustedApplication application, TrustConditions conditions,
        in OpenedAssertion opened, string url, long until, long now, long ahead)
    {
        ProtocolVersion version = protocol.Version;
        if (version.IsLegacy && !version.IsForgeable && !conditions.RefusesRepetitions) return null;

        Span<ReplayMark> marks = stackalloc ReplayMark[ReplayRecord.MaxMarks];
        int count = protocol.MarkForReplay(headers, opened, url, marks);
        return version.IsLegacy
            ? ReplayRecord.Legacy(application.Id, marks[..count], opened.Milliseconds, until, now, ahead)
            : ReplayRecord.Once(application.Id, marks[0].Key, opened.Milliseconds, until, now);
    }

    private static RefusalReason? FindReplayReason(ReplayStatus status, ProtocolVersion version, TrustConditions conditions, string method) => status switch
    {
        ReplayStatus.First => null,
        ReplayStatus.Repeated when version.IsLegacy && !conditions.RefuseReplays && Conditions.MethodCondition.IsSafe(method) => null,
        ReplayStatus.Full => RefusalReason.MemoryFull,
        ReplayStatus.Starting => RefusalReason.MemoryStarting,
        ReplayStatus.Unavailable => RefusalReason.MemoryUnavailable,
        _ => RefusalReason.Replayed,
    };

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
