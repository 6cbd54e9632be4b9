using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using TrustedApps.Content;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Protocols;
using TrustedApps.Protocols.Version4;
using TrustedApps.Replay;
using TrustedApps.Text;

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
    private readonly IReplayCache _memory;
    private readonly TimeProvider _time;
    private readonly AssertionVerifierOptions _options;
    private readonly BaseUrl[] _baseUrls;
    private readonly KeyGrantVerifier _grants;
    private readonly bool _servesForgeableVersions;
    private readonly long _skew; // milliseconds

    /// <summary>Makes a verifier.</summary>
    /// <param name="trusts">The trusts.</param>
    /// <param name="users">Finds the user for a verified name.</param>
    /// <param name="options">What the provider is configured with.</param>
    /// <param name="memory">What was seen before. All verifiers of one provider share it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">No base URL is configured, or own keys twice.</exception>
    public AssertionVerifier(
        ITrustStore trusts, IUserResolver users, AssertionVerifierOptions options, IReplayCache memory, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(trusts);
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(memory);
        if (options.BaseUrls.Count == 0 && !options.AcceptAnyBaseUrl) throw new ArgumentException("Say under which public base URLs this provider is reached.", nameof(options));
        if (options.Keys is not null && options.KeyStore is not null) throw new ArgumentException("Set either Keys or KeyStore.", nameof(options));

        (_trusts, _users, _options, _memory, _time) = (trusts, users, options, memory, time ?? TimeProvider.System);
        _baseUrls = [.. options.BaseUrls];
        _skew = (long)options.ClockSkew.TotalMilliseconds;
        _servesForgeableVersions = options.AllowForgeableVersionsOverHttp || Array.TrueForAll(_baseUrls, url => url.IsProtected);
        BaseUrl[] protectedUrls = Array.FindAll(_baseUrls, url => url.IsProtected || options.AllowHttp);
        _grants = new KeyGrantVerifier(
            new KeyGrantRules(Keys: null, protectedUrls, options.AcceptAnyBaseUrl, (long)options.ClockSkew.TotalSeconds, (long)options.MaxGrantLifetime.TotalSeconds),
            new KeyGrantLimits());
    }

    /// <summary>Verifies a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="users">Finds the user for this request, such as a resolver of its scope; null for the verifier's own.</param>
    /// <param name="cancellationToken">Ends when the request does.</param>
    /// <returns>Accepted, refused with a reason, or not a trusted request. Hostile input never throws.</returns>
    /// <remarks>What a store or a resolver throws before it first waits may be thrown by this method itself and not by its task.</remarks>
    public ValueTask<Verdict> VerifyAsync(in IncomingRequest request, IUserResolver? users = null, CancellationToken cancellationToken = default)
    {
        if (!AssertionHeaders.TryRead(request.Headers, out AssertionHeaders headers, out Rejection? malformed)) return new(Verdict.None);

        VerificationContext check = new VerificationContext(request, headers, users ?? _users, _time.GetUtcNow(), cancellationToken);
        return Telemetry.IsObserved ? ObserveAsync(check, malformed) : CheckCaller(ref check, malformed);
    }

    private async ValueTask<Verdict> ObserveAsync(VerificationContext check, Rejection? malformed)
    {
        long started = _time.GetTimestamp();
        using Activity? activity = Telemetry.StartVerification();
        Verdict verdict = await CheckCaller(ref check, malformed).ConfigureAwait(false);
        Telemetry.RecordVerdict(activity, verdict, _time.GetElapsedTime(started));
        return verdict;
    }

    // From here on every check stands in its order (specification legacy.md, section 2; version-4.md, section 6): the first
    // that fails decides the code. What asks somebody else goes on at once if the answer is there at once, as it is on the
    // usual way; only then is there nothing to wait for, and nothing is allocated for it.

    // Who asks, as far as the request says it, and from where: nothing is proven yet.
    private ValueTask<Verdict> CheckCaller(ref VerificationContext check, Rejection? malformed)
    {
        ref readonly AssertionHeaders headers = ref check.Headers;
        ref readonly IncomingRequest request = ref check.Request;

        // Version and header shape.
        ITrustedAppProtocol? protocol = ProtocolList.Find(headers);
        ApplicationKeys? keys = null;
        check.Version = malformed is not null && AssertionHeaders.NamesVersion4(request.Headers) ? ProtocolVersion.Version4 : protocol?.Version;
        if (protocol is { Version.IsLegacy: false } && (keys = _options.KeyStore?.Keys ?? _options.Keys) is not { HasVersion4Keys: true }) protocol = null; // not spoken here
        if ((malformed ?? protocol?.CheckShape(headers, request)) is { } shape) return Reject(check, shape);

        // Application, version, and the headers that the version has.
        if (headers.ApplicationId.AsSpan().ContainsOnlyBlanks()) return Reject(check, headers.Family.IdNotFound);
        string id = headers.ApplicationId!;
        if (!_trusts.IsAvailable) return Reject(check, new Rejection(RejectionReason.TrustsUnavailable), _soon);
        TrustedApplication? application = _trusts.Find(id);
        if (application is null || application.Id != id) return Reject(check, FindMissingBeforeTrust(protocol, headers) ?? RejectionReason.ApplicationUnknown, id);
        if (application.IsSuspended) return Reject(check, FindMissingBeforeTrust(protocol, headers) ?? RejectionReason.ApplicationSuspended, id);
        if (protocol is null || !application.TryFindConditions(protocol.Version, check.Moment, out TrustConditions? conditions)) return Reject(check, RejectionReason.VersionNotAccepted, headers.Version ?? "0", application.DescribeVersions(check.Moment));
        if (protocol.Version.IsForgeable && !_servesForgeableVersions) return Reject(check, RejectionReason.VersionUnsafeHere, protocol.Version.Name);
        if (protocol.Version.IsLegacy && protocol.FindMissing(headers) is { } missing) return Reject(check, missing);

        // Address: the only condition before anything is proven.
        if (!conditions.AddressCondition.Allows(request.RemoteAddress)) return Reject(check, RejectionReason.AddressNotAllowed, request.RemoteAddress?.ToString() ?? "");
        if (FindForbiddenForwarder(conditions, request) is { } forwarder) return Reject(check, RejectionReason.ForwardedAddressNotAllowed, forwarder);

        // Version 4: the grant, proven once and then kept.
        (check.Protocol, check.Application, check.Conditions) = (protocol, application, conditions);
        if (protocol.Version.IsLegacy) return CheckAssertion(ref check, grant: null);
        if (protocol.FindMissing(headers) is { } missingGrant) return Reject(check, missingGrant);
        ValueTask<KeyGrantResult> finding = _grants.FindAsync(headers, application, keys!, request.RemoteAddress, check.Moment);
        return finding.IsCompletedSuccessfully ? CheckGrant(ref check, finding.Result) : GoOnAsync(check, finding, CheckGrant);
    }

    private ValueTask<Verdict> CheckGrant(ref VerificationContext check, KeyGrantResult answer) =>
        answer.Rejection is { } refusal ? Reject(check, refusal, answer.RetryAfter) : CheckAssertion(ref check, answer.Grant);

    // The assertion is the application's, made for this request, now, and of something that its trust allows.
    private ValueTask<Verdict> CheckAssertion(ref VerificationContext check, KeyGrant? grant)
    {
        ref readonly AssertionHeaders headers = ref check.Headers;
        ref readonly IncomingRequest request = ref check.Request;
        (ITrustedAppProtocol protocol, TrustedApplication application, TrustConditions conditions) = (check.Protocol, check.Application, check.Conditions);
        string id = application.Id;

        // The assertion and what it says.
        if (protocol.Open(headers, request, application, grant, out OpenedAssertion opened) is { } unopened) return Reject(check, unopened);
        check.Opened = opened;

        // Time.
        (long ahead, long behind, long now) = TimesOf(protocol.Version, conditions, check.Moment);
        if (opened.Milliseconds > now + ahead) return Reject(check, RejectionReason.TooEarly, id, FormatTime(opened.Milliseconds));
        long until = opened.Milliseconds + behind;
        if (until < now) return Reject(check, RejectionReason.TooOld, id, FormatTime(opened.Milliseconds), conditions.TimeoutMilliseconds.ToString(CultureInfo.InvariantCulture));

        // The request that was asserted is this one. Older versions sign the origin, too; in version 4 the grant names it.
        if (request.Target.Length > MaxTargetLength) return Reject(check, RejectionReason.UrlTooLong);
        if (protocol.Version.IsLegacy && (request.IsAbsoluteForm || !request.Target.StartsWith('/'))) return Reject(check, RejectionReason.NotOriginForm);
        if (protocol.Version.IsLegacy && !IsForThisProvider(request)) return Reject(check, RejectionReason.NotOurUrl, string.Concat(request.Scheme, "://", request.Host, request.PathBase));
        string url = protocol.Version.IsLegacy ? request.Url : request.Target;
        if (protocol.CheckSignature(headers, application, opened, url) is { } unsigned) return Reject(check, unsigned);

        // What the trust allows.
        if (!conditions.AllowsMethod(request.Method, protocol.Version)) return Reject(check, RejectionReason.MethodNotAllowed, request.Method);
        if (!conditions.UrlCondition.Allows(request.Target, request.PathBase, request.RoutedPath)) return Reject(check, RejectionReason.UrlNotAllowed, WithoutQuery(request.Target));
        if (opened.User is null && !conditions.AllowSelf) return Reject(check, RejectionReason.SelfNotAllowed, id);
        if (opened.User is not null && !conditions.UserCondition.Allows(opened.User)) return Reject(check, RejectionReason.UserNotAllowed, id, opened.User);

        // Memory: written only now that everything before has passed.
        if (protocol.Version.IsLegacy && !protocol.Version.IsForgeable && !conditions.RejectsRepetitions) return CheckContent(ref check); // nothing could be refused
        ReplayEntry record = MakeReplayRecord(check, url, until, now, ahead);
        ValueTask<ReplayResult> remembering = _memory.TryAddAsync(record, check.CancellationToken);
        return remembering.IsCompletedSuccessfully ? CheckReplay(ref check, remembering.Result) : GoOnAsync(check, remembering, CheckReplay);
    }

    // It was not here before.
    private ValueTask<Verdict> CheckReplay(ref VerificationContext check, ReplayResult answer) =>
        FindReplayReason(answer.Status, check.Protocol.Version, check.Conditions, check.Request.Method) is { } replayed
            ? Reject(check, new Rejection(replayed, check.Application.Id), answer.RetryAfter)
            : CheckContent(ref check);

    // Version 4: the content is what was asserted.
    private ValueTask<Verdict> CheckContent(ref VerificationContext check)
    {
        if (check.Protocol.Version.IsLegacy) return CheckUser(ref check, default);
        ValueTask<(Stream?, RejectionReason?)> reading = ContentCheck.ReadAsync(check.Opened.Content, check.Request, check.Conditions, _options.MaxBufferedContent, check.CancellationToken);
        return reading.IsCompletedSuccessfully ? CheckUser(ref check, reading.Result) : GoOnAsync(check, reading, CheckUser);
    }

    // The user is one of ours, who may log in.
    private ValueTask<Verdict> CheckUser(ref VerificationContext check, (Stream? Verified, RejectionReason? Mismatch) content)
    {
        if (content.Mismatch is { } mismatch) return Reject(check, mismatch, check.Application.Id);
        check.Content = content.Verified;
        if (check.Opened.User is not { } name) return new(Accept(check, user: null, identity: null));
        ValueTask<UserResolution> resolving = check.Users.ResolveAsync(name, check.Application.Id, check.CancellationToken);
        return resolving.IsCompletedSuccessfully ? CheckResolution(ref check, resolving.Result) : GoOnAsync(check, resolving, CheckResolution);
    }

    private ValueTask<Verdict> CheckResolution(ref VerificationContext check, UserResolution user)
    {
        if (user.Status == UserStatus.Unknown) return Reject(check, RejectionReason.UserUnknown, check.Opened.User, check.Application.Id);
        if (user.Status != UserStatus.Known) return Reject(check, check.Headers.Family.MayNotLogIn, check.Opened.User, check.Application.Id);
        if (!check.Conditions.UserCondition.Allows(user.Name!)) return Reject(check, RejectionReason.UserNotAllowed, check.Application.Id, user.Name);
        return new(Accept(check, user.Name, user.Identity));
    }

    private static Verdict Accept(in VerificationContext check, string? user, ClaimsIdentity? identity) => Verdict.Accept(check.Headers, new VerifiedAssertion(
        check.Application, check.Protocol.Version, user, DateTimeOffset.FromUnixTimeMilliseconds(check.Opened.Milliseconds), identity, check.Content));

    // Not inlined: the usual way would make room for what each of the refusals needs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<Verdict> Reject(in VerificationContext check, RejectionReason reason, string? first = null, string? second = null, string? third = null) =>
        Reject(check, new Rejection(reason, first, second, third));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<Verdict> Reject(in VerificationContext check, Rejection refusal, TimeSpan? retryAfter = null)
    {
        Verdict verdict = Verdict.Reject(check.Headers, check.Version, refusal, check.Opened.User, retryAfter);
        return new(_options.ConcealTrusts ? verdict.Redact() : verdict);
    }

    private delegate ValueTask<Verdict> NextCheck<T>(ref VerificationContext check, T answer);

    private static async ValueTask<Verdict> GoOnAsync<T>(VerificationContext check, ValueTask<T> asking, NextCheck<T> next)
    {
        T answer = await asking.ConfigureAwait(false);
        return await next(ref check, answer).ConfigureAwait(false);
    }

    // Older versions ask for their headers before they ask who is there; version 4 keeps to its order.
    private RejectionReason? FindMissingBeforeTrust(ITrustedAppProtocol? protocol, in AssertionHeaders headers) =>
        protocol is { Version.IsLegacy: true } && !_options.ConcealTrusts ? protocol.FindMissing(headers) : null;

    // How far ahead of now, and behind it, an assertion may be stamped, in milliseconds. Version 4 counts whole seconds.
    private (long Ahead, long Behind, long Now) TimesOf(ProtocolVersion version, TrustConditions conditions, DateTimeOffset moment)
    {
        return version.IsLegacy
            ? (conditions.FutureToleranceMilliseconds + LegacySkewMilliseconds, conditions.TimeoutMilliseconds, moment.ToUnixTimeMilliseconds())
            : (_skew, conditions.TimeoutMilliseconds + _skew, moment.ToUnixTimeSeconds() * 1000);
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

    private static ReplayEntry MakeReplayRecord(in VerificationContext check, string url, long until, long now, long ahead)
    {
        Span<ReplayKey> marks = stackalloc ReplayKey[ReplayEntry.MaxMarks];
        int count = check.Protocol.GetReplayKeys(check.Headers, check.Opened, url, marks);
        return check.Protocol.Version.IsLegacy
            ? ReplayEntry.Legacy(check.Application.Id, marks[..count], check.Opened.Milliseconds, until, now, ahead)
            : ReplayEntry.Once(check.Application.Id, marks[0].Key, check.Opened.Milliseconds, until, now);
    }

    private static RejectionReason? FindReplayReason(ReplayStatus status, ProtocolVersion version, TrustConditions conditions, string method) => status switch
    {
        ReplayStatus.First => null,
        ReplayStatus.Repeated when version.IsLegacy && !conditions.RefuseReplays && Conditions.MethodCondition.IsSafe(method) => null,
        ReplayStatus.Full => RejectionReason.MemoryFull,
        ReplayStatus.Starting => RejectionReason.MemoryStarting,
        ReplayStatus.Unavailable => RejectionReason.MemoryUnavailable,
        _ => RejectionReason.Replayed,
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
