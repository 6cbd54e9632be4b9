using System.Diagnostics;
using System.Security.Claims;
using Microsoft.Extensions.Primitives;
using TrustedApps.Conditions;
using TrustedApps.Content;
using TrustedApps.Diagnostics;
using TrustedApps.Keys;
using TrustedApps.Limits;
using TrustedApps.Protocols;
using TrustedApps.Replay;
using TrustedApps.Responses;
using TrustedApps.Text;

namespace TrustedApps;

/// <summary>
/// The provider's side: verifies that a request was made by a trusted application on behalf of a user. Safe for
/// concurrent use.
/// </summary>
/// <example>
/// <code>
/// CertificateRecord record = CertificateRecord.Establish(wikiCertificate, baseUrl: null, DateTimeOffset.UtcNow);
/// var conditions = new TrustConditions { Addresses = ["10.1.0.0/16"], Urls = ["/rest/api"] };
/// var trust = new TrustedApplication(record, conditions);
/// var verifier = new AssertionVerifier(
///     new InMemoryTrustStore(trust),
///     UserResolvers.List(["fred", "barney"]),
///     new AssertionVerifierOptions { Keys = trackerKeys, BaseUrls = [BaseUrl.Parse("https://tracker.example")] },
///     new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }));
/// Verdict verdict = await verifier.VerifyAsync(incomingRequest);
/// Console.WriteLine(verdict.Accepted ? verdict.Assertion.User : verdict.Rejection.ToString());
/// </code>
/// </example>
public sealed class AssertionVerifier
{
    private const long PostDatingSkew = 60_000; // milliseconds; specification legacy.md, section 3
    private const int MaxTargetLength = 16_384; // characters; Kestrel stops at 8,192 bytes

    // the database may answer again at any moment
    private static readonly TimeSpan _retrySoon = TimeSpan.FromSeconds(1);

    // a private key elsewhere, and a store or a resolver: a directory may be slow
    private static readonly TimeSpan _longestKey = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestAnswer = TimeSpan.FromSeconds(30);

    private readonly ITrustStore _trusts;
    private readonly IUserResolver _users;
    private readonly IReplayCache _replayCache;
    private readonly TimeProvider _time;
    private readonly AssertionVerifierOptions _options;
    private readonly BaseUrl[] _baseUrls;
    private readonly string[] _requiredHeaders; // lower case
    private readonly ProtocolList _protocols;
    private readonly AnswerTimeout _answers;
    private readonly bool _servesForgeableVersions;
    private readonly long _skew; // milliseconds
    private readonly long _contentTime; // milliseconds

    /// <summary>Creates a verifier.</summary>
    /// <param name="trusts">The trusts.</param>
    /// <param name="users">Finds the user for a verified name.</param>
    /// <param name="options">The provider's configuration.</param>
    /// <param name="memory">The replay cache. All verifiers of one provider share it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">
    /// No base URL is configured, both Keys and KeyStore are set, or a required header cannot be bound.
    /// </exception>
    public AssertionVerifier(
        ITrustStore trusts,
        IUserResolver users,
        AssertionVerifierOptions options,
        IReplayCache memory,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(trusts);
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(memory);
        if (options.BaseUrls.Count == 0 && !options.AcceptAnyBaseUrl)
        {
            throw new ArgumentException("Say under which public base URLs this provider is reached.", nameof(options));
        }

        if (options.Keys is not null && options.KeyStore is not null)
        {
            throw new ArgumentException("Set either Keys or KeyStore.", nameof(options));
        }

        (_trusts, _users, _options, _replayCache, _time) = (
            trusts,
            users,
            options,
            memory,
            time ?? TimeProvider.System
        );
        _baseUrls = [.. options.BaseUrls];
        _requiredHeaders = [.. options.RequiredHeaders.Select(name => name?.ToLowerInvariant() ?? "")];
        if (Array.Find(_requiredHeaders, name => !BoundHeaderName.IsValid(name)) is { } wrong)
        {
            throw new ArgumentException(BoundHeaderName.Explain("RequiredHeaders", wrong), nameof(options));
        }

        _answers = new AnswerTimeout(_longestAnswer, _time);
        _protocols = ProtocolList.Create(
            options, new FailureBudget(_time), new AnswerTimeout(_longestKey, _time), trusts);
        _skew = (long)options.ClockSkew.TotalMilliseconds;
        _contentTime = (long)options.MaxContentTime.TotalMilliseconds;
        _servesForgeableVersions =
            options.AllowForgeableVersionsOverHttp || Array.TrueForAll(_baseUrls, url => url.IsProtected);
        ProviderGauges.Watch(this, _trusts, _protocols.CountKeyGrants);
        if (options.KeyStore is not null) PrivateKeyTelemetry.Watch(options.KeyStore, _time);
    }

    /// <summary>Verifies a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="users">
    /// Finds the user for this request, such as a resolver of its scope; null for the verifier's own.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the request is aborted.</param>
    /// <returns>Accepted, rejected with a reason, or not a trusted request. Hostile input never throws.</returns>
    public ValueTask<Verdict> VerifyAsync(
        in IncomingRequest request, IUserResolver? users = null, CancellationToken cancellationToken = default)
    {
        ReceivedHeaders received = request.Received ?? ReceivedHeaders.Read(request.Headers);
        if (!received.HasAssertion) return new(Verdict.None);

        var context = new Context(request, received, users ?? _users, _time.GetUtcNow());
        return Telemetry.IsObserved ? ObserveAsync(context, cancellationToken) : CheckAsync(context, cancellationToken);
    }

    private async ValueTask<Verdict> ObserveAsync(Context context, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        using Activity? activity = Telemetry.StartVerification();
        Verdict verdict = await CheckAsync(context, cancellationToken).ConfigureAwait(false);
        TrustedApplication? trusted = verdict.Assertion?.Application;
        if (verdict is { Accepted: false, ClaimedApplicationId: { } id }) trusted = _trusts.Find(id);
        Telemetry.RecordVerdict(activity, verdict, trusted, _time.GetElapsedTime(started));
        return verdict;
    }

    // Every check, in the order of the specification (legacy.md, section 2; version-4.md, section 6): the first that
    // fails decides the code. Stores usually complete synchronously; that path allocates nothing but the verified
    // assertion.
    private async ValueTask<Verdict> CheckAsync(Context context, CancellationToken cancellationToken)
    {
        DateTimeOffset moment = context.Moment;

        // Version, and the form of its headers.
        ITrustedAppProtocol? protocol = _protocols.Find(context.Version);
        ApplicationKeys? keys = null;
        if (protocol is { Version.Traits.NeedsKeyGrant: true })
        {
            keys = _options.KeyStore?.Keys ?? _options.Keys;
            if (keys is not { HasVersion4Keys: true }) protocol = null; // this provider does not speak the version
        }

        Rejection? malformed = context.Malformed ?? protocol?.CheckHeaders(context.Headers, context.Request);
        if (malformed is not null) return Reject(context, malformed.Value);

        // The application, its trust, and the version that the trust accepts.
        string? id = context.Headers.ApplicationId;
        if (id.AsSpan().ContainsOnlyBlanks()) return Reject(context, context.Headers.Family.IdNotFound);
        if (!_trusts.IsAvailable) return Reject(context, new Rejection(RejectionReason.TrustsUnavailable), _retrySoon);
        TrustedApplication? application = _trusts.Find(id!);
        RejectionReason? missing = protocol?.FindMissingHeader(context.Headers);
        RejectionReason? toldBeforeTrust = _options.ConcealTrusts ? null : missing;
        if (application is null && toldBeforeTrust is null && _trusts.IsPending(id!))
        {
            return Reject(context, new Rejection(RejectionReason.TrustPending), _retrySoon);
        }

        if (application is null || application.Id != id || id == keys?.Id)
        {
            return Reject(context, toldBeforeTrust ?? RejectionReason.ApplicationUnknown, id);
        }

        if (application.IsSuspended)
        {
            return Reject(context, toldBeforeTrust ?? RejectionReason.ApplicationSuspended, id);
        }

        if (
            protocol is null
            || !application.TryFindConditions(protocol.Version, moment, out TrustConditions? conditions)
        )
        {
            string named = context.Headers.Version ?? "0", accepted = DescribeVersions(application, moment);
            bool isAccepted = protocol is null && context.Version is { Traits.UsesLegacyKey: true } older
                && application.TryFindConditions(older, moment, out _);
            return Reject(
                context,
                isAccepted ? RejectionReason.VersionNotRegistered : RejectionReason.VersionNotAccepted,
                named,
                accepted
            );
        }

        (ProtocolVersion version, ProtocolTraits traits) = (protocol.Version, protocol.Version.Traits);
        if (version.IsForgeable && !_servesForgeableVersions)
        {
            return Reject(context, RejectionReason.VersionUnsafeHere, version.Name);
        }

        if (missing is not null) return Reject(context, missing);

        // Address: the only condition that is checked before the application has proven itself.
        if (!conditions.AddressCondition.Allows(context.Request.RemoteAddress))
        {
            return Reject(context, RejectionReason.AddressNotAllowed, context.Request.RemoteAddress?.ToString() ?? "");
        }

        if (FindForbiddenForwarder(conditions, context.Request, out bool isAddress) is { } forwarder)
        {
            RejectionReason forbidden = isAddress
                ? RejectionReason.ForwardedAddressNotAllowed
                : RejectionReason.ForwardedForUnreadable;
            return Reject(context, forbidden, forwarder);
        }

        // Key grant: verified once, then cached.
        IKeyGrant? grant = null;
        bool hasWaited = false;
        if (traits.NeedsKeyGrant)
        {
            ValueTask<KeyGrantResult> finding = protocol.FindKeyGrantAsync(
                context.Headers, application, keys!, context.Request.RemoteAddress, moment, cancellationToken);
            hasWaited |= !finding.IsCompleted;
            KeyGrantResult found = await finding.ConfigureAwait(false);
            if (found.Rejection is { } notGranted) return Reject(context, notGranted, found.RetryAfter);
            grant = found.Grant;
        }

        // Assertion.
        Rejection? unopened = protocol.Open(
            context.Headers,
            context.Request,
            application,
            grant,
            out OpenedAssertion opened
        );
        if (unopened is not null) return Reject(context, unopened.Value);
        FurtherClaims further = opened.Further;
        (context.ClaimedUser, context.ClaimedActors, context.Prover) = (opened.User, further.Actors, opened.Prover);
        context.IsProven = !traits.ProvenBySignature;

        // Time.
        (long ahead, long behind, long now) = FindTimeLimits(traits, conditions, moment);
        if (opened.Milliseconds > now + ahead)
        {
            return Reject(context, RejectionReason.TooEarly, id, FormatTime(opened.Milliseconds));
        }

        long until = opened.Milliseconds + behind;
        if (until < now)
        {
            string timeout = conditions.TimeoutMilliseconds.ToString(CultureInfo.InvariantCulture);
            return Reject(context, RejectionReason.TooOld, id, FormatTime(opened.Milliseconds), timeout);
        }

        // Request: the one that was asserted, sent to this provider.
        if (traits.SignsOrigin)
        {
            if (context.Request.Target.Length is > MaxTargetLength and var length)
            {
                return Reject(context, RejectionReason.UrlTooLong, length.ToString(CultureInfo.InvariantCulture));
            }

            if (context.Request.IsAbsoluteForm || !context.Request.Target.StartsWith('/'))
            {
                return Reject(context, RejectionReason.NotOriginForm);
            }

            if (!IsForThisProvider(context.Request))
            {
                RejectionReason other = BaseUrl.Explain(RejectionReason.NotOurUrl, _baseUrls, context.Request);
                return Reject(context, other, DescribeBase(context.Request));
            }
        }

        string url = traits.SignsOrigin ? context.Request.Url : context.Request.Target;
        Rejection? notBound = protocol.CheckBinding(context.Headers, application, opened, url);
        if (notBound is not null) return Reject(context, notBound.Value);
        if (traits.BindsHeaders && FindUnboundHeader(context.Request, further.BoundHeaders) is { } unbound)
        {
            return Reject(context, RejectionReason.HeaderNotBound, id, unbound);
        }

        // Version 1 may come without a signature. Then nothing is proven.
        context.IsProven = !traits.ProvenBySignature || context.Headers.Signature is not null;

        // Conditions of the trust.
        if (!conditions.AllowsMethod(context.Request.Method, version))
        {
            return Reject(context, RejectionReason.MethodNotAllowed, context.Request.Method);
        }

        if (
            !conditions.UrlCondition.Allows(
                context.Request.Target,
                context.Request.PathBase,
                context.Request.RoutedPath
            )
        )
        {
            return Reject(context, RejectionReason.UrlNotAllowed, WithoutQuery(context.Request.Target));
        }

        if (further.Actors.Count > 0 && !conditions.AllowsActors(further.Actors))
        {
            return Reject(context, RejectionReason.DelegationNotAllowed, id, string.Join(", ", further.Actors));
        }

        if (conditions.FindForbiddenScope(further.Scopes) is { } scope)
        {
            return Reject(context, RejectionReason.ScopeNotAllowed, id, scope);
        }

        if (opened.User is null && !conditions.AllowSelf) return Reject(context, RejectionReason.SelfNotAllowed, id);
        if (opened.User is not null && !conditions.UserCondition.Allows(opened.User))
        {
            return Reject(context, RejectionReason.UserNotAllowed, id, opened.User);
        }

        // Replay: an entry is written only now that every check before has passed.
        if (traits.Replay != ReplayRule.WhereRejected || conditions.RejectsRepetitions)
        {
            ReplayEntry entry = MakeReplayEntry(protocol, context, opened, url, (until, now, ahead));
            ValueTask<ReplayResult> adding = AddAsync(entry, cancellationToken);
            hasWaited |= !adding.IsCompleted;
            ReplayResult result = await adding.ConfigureAwait(false);
            RejectionReason? replayed = FindReplayReason(result.Status, traits, conditions, context.Request.Method);
            if (replayed is not null) return Reject(context, new Rejection(replayed, id), result.RetryAfter);
        }

        // Content. It can take long to arrive, so the trust is asked again when it is complete.
        Stream? content = context.Request.Content;
        bool hasContent = content is not null && !ReferenceEquals(content, Stream.Null);
        bool isBuffered = traits.BindsContent && !context.Request.StreamsContent && !opened.Content.IsUnbound;
        var watch = new ContentWatch(
            _trusts, application, isBuffered || !hasContent ? until + _contentTime : null, _time);
        if (hasContent) content = new WatchedStream(content!, watch);

        if (traits.BindsContent)
        {
            (content, RejectionReason? mismatch) = await ContentCheck
                .ReadAsync(
                    opened.Content,
                    context.Request,
                    content,
                    conditions,
                    _options.MaxBufferedContent,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (hasContent) mismatch ??= watch.FindLapse();
            if (mismatch is not null) return Reject(context, mismatch, id);
        }

        // User: known here, allowed to log in, and allowed by the trust under the name that this application uses.
        UserResolution user = default;
        if (opened.User is { } name)
        {
            ValueTask<UserResolution> resolving = ResolveAsync(context, name, application.Id, cancellationToken);
            hasWaited |= !resolving.IsCompleted;
            user = await resolving.ConfigureAwait(false);
            if (user.Status == UserStatus.Unavailable)
            {
                return Reject(context, new Rejection(RejectionReason.UserNotResolved, name, id), _retrySoon);
            }

            if (user.Status == UserStatus.Unknown) return Reject(context, RejectionReason.UserUnknown, name, id);
            if (user.Status != UserStatus.Known) return Reject(context, context.Headers.Family.MayNotLogIn, name, id);
            if (!conditions.UserCondition.Allows(user.Name!))
            {
                return Reject(context, RejectionReason.UserNotAllowed, id, user.Name);
            }
        }

        // A place, a key, a store or a resolver can take long as well.
        if (hasWaited && watch.FindLapse() is { } lapse) return Reject(context, lapse, id);

        protocol.Accepted(application, opened);
        var assertion = new VerifiedAssertion(application, version, user.Name, user.Identity, opened, content);
        return Verdict.Accept(context.Headers, assertion) with { Prover = context.Prover };
    }

    // Whether a store that did not answer has added the entry is not known.
    private ValueTask<ReplayResult> AddAsync(in ReplayEntry entry, CancellationToken cancellationToken) => Within(
        _answers.AskAsync(
            static (asked, ended) => asked._replayCache.TryAddAsync(asked.entry, ended),
            (_replayCache, entry),
            cancellationToken: cancellationToken),
        new ReplayResult(ReplayStatus.Unavailable, _retrySoon));

    private ValueTask<UserResolution> ResolveAsync(
        in Context context, string name, string origin, CancellationToken cancellationToken) => Within(
        _answers.AskAsync(
            static (asked, ended) => asked.Users.ResolveAsync(asked.name, asked.origin, ended),
            (context.Users, name, origin),
            cancellationToken: cancellationToken),
        UserResolution.Unavailable);

    private static ValueTask<T> Within<T>(ValueTask<T> answer, T unanswered) =>
        answer.IsCompleted ? answer : WaitAsync(answer, unanswered);

    private static async ValueTask<T> WaitAsync<T>(ValueTask<T> answer, T unanswered)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return unanswered;
        }
    }

    private Verdict Reject(
        in Context context,
        RejectionReason reason,
        string? first = null,
        string? second = null,
        string? third = null
    ) => Reject(context, new Rejection(reason, first, second, third));

    private Verdict Reject(in Context context, Rejection rejection, TimeSpan? retryAfter = null)
    {
        Verdict verdict = Verdict.Reject(
            context.Headers,
            context.Version,
            rejection,
            context.ClaimedUser,
            retryAfter,
            context.IsProven,
            context.ClaimedActors
        );
        verdict = verdict with { Prover = context.Prover };
        return _options.ConcealTrusts
            ? verdict.Redact(hasKey: !context.Headers.Key.AsSpan().ContainsOnlyBlanks())
            : verdict;
    }

    // The times in milliseconds that an assertion may be stamped ahead of now and behind it, and now in the unit of the
    // version.
    private (long Ahead, long Behind, long Now) FindTimeLimits(
        ProtocolTraits traits,
        TrustConditions conditions,
        DateTimeOffset moment
    )
    {
        long now = traits.CountsSeconds ? moment.ToUnixTimeSeconds() * 1000 : moment.ToUnixTimeMilliseconds();
        return traits.AllowsPostDating
            ? (conditions.FutureToleranceMilliseconds + PostDatingSkew, conditions.TimeoutMilliseconds, now)
            : (_skew, conditions.TimeoutMilliseconds + _skew, now);
    }

    private string DescribeVersions(TrustedApplication application, DateTimeOffset moment)
    {
        IEnumerable<ProtocolVersion> accepted = ProtocolVersion.All.Where(version =>
            application.TryFindConditions(version, moment, out _)
        );
        return string.Join(", ", accepted.Where(IsSpoken).Select(version => version.Name).DefaultIfEmpty("none"));
    }

    private bool IsSpoken(ProtocolVersion version) =>
        !version.Traits.UsesLegacyKey || _protocols.Find(version) is not null;

    private bool IsForThisProvider(in IncomingRequest request)
    {
        if (_options.AcceptAnyBaseUrl) return true;
        foreach (BaseUrl baseUrl in _baseUrls)
        {
            if (baseUrl.IsOf(request)) return true;
        }

        return false;
    }

    private string? FindUnboundHeader(in IncomingRequest request, IReadOnlyList<string> bound)
    {
        foreach (string name in _requiredHeaders)
        {
            if (request.Headers.ContainsKey(name) && !bound.Contains(name, StringComparer.Ordinal)) return name;
        }

        return null;
    }

    private static string? FindForbiddenForwarder(
        TrustConditions conditions,
        in IncomingRequest request,
        out bool isAddress
    )
    {
        isAddress = false;
        return conditions.CheckForwardedFor
            && request.Headers.TryGetValue("X-Forwarded-For", out StringValues forwardedFor)
                ? conditions.AddressCondition.FindForbidden(forwardedFor, out isAddress)
                : null;
    }

    private static ReplayEntry MakeReplayEntry(
        ITrustedAppProtocol protocol,
        in Context context,
        in OpenedAssertion opened,
        string url,
        (long Until, long Now, long Ahead) times
    )
    {
        Span<ReplayKey> keys = stackalloc ReplayKey[ReplayEntry.MaxMarks];
        int count = protocol.GetReplayKeys(context.Headers, opened, url, keys);
        string id = context.Headers.ApplicationId!;
        return protocol.Version.Traits.AllowsRepetitions
            ? ReplayEntry.Legacy(id, keys[..count], opened.Milliseconds, times.Until, times.Now, times.Ahead)
            : ReplayEntry.Once(id, keys[0].Key, opened.Milliseconds, times.Until, times.Now);
    }

    private static RejectionReason? FindReplayReason(
        ReplayStatus status,
        ProtocolTraits traits,
        TrustConditions conditions,
        string method
    ) =>
        status switch
        {
            ReplayStatus.First => null,
            ReplayStatus.Repeated
                when traits.AllowsRepetitions && !conditions.RefuseReplays && MethodCondition.IsSafe(method) => null,
            ReplayStatus.Full => RejectionReason.MemoryFull,
            ReplayStatus.Starting => RejectionReason.MemoryStarting,
            ReplayStatus.Unavailable => RejectionReason.MemoryUnavailable,
            _ => RejectionReason.Replayed,
        };

    private static string DescribeBase(in IncomingRequest request) =>
        string.Concat(request.Scheme, "://", request.Host, request.PathBase);

    // Fifteen digits reach beyond the year 9999.
    private static string FormatTime(long milliseconds) =>
        milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? milliseconds.ToString(CultureInfo.InvariantCulture)
            : DateTimeOffset
                .FromUnixTimeMilliseconds(milliseconds)
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string WithoutQuery(string target)
    {
        int query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }

    /// <summary>One request under verification, and the claims that a rejection reports.</summary>
    private struct Context(
        in IncomingRequest request,
        in ReceivedHeaders received,
        IUserResolver users,
        DateTimeOffset moment
    )
    {
        public readonly IncomingRequest Request = request;
        public readonly AssertionHeaders Headers = received.Headers;

        /// <summary>The reason why the headers cannot be an assertion, or null.</summary>
        public readonly Rejection? Malformed = received.Malformed;

        /// <summary>The version that the request names; null when it is not a known one.</summary>
        public readonly ProtocolVersion? Version = received.Version;

        public readonly IUserResolver Users = users;
        public readonly DateTimeOffset Moment = moment;

        /// <summary>The user that the opened assertion names; not proven.</summary>
        public string? ClaimedUser;

        /// <summary>The applications that asked for the request, as the opened assertion says.</summary>
        public IReadOnlyList<string>? ClaimedActors;

        /// <summary>Proves the response, if the opened assertion demands it.</summary>
        public ResponseProver? Prover;

        /// <summary>Whether the sender has proven that it is the application.</summary>
        public bool IsProven;
    }
}
