using System.Diagnostics.CodeAnalysis;
using TrustedApps.Diagnostics;
using TrustedApps.Responses;

namespace TrustedApps;

/// <summary>The result of verifying a request. The default value is a rejection.</summary>
[SuppressMessage("Performance", "CA1815", Justification = "Verdicts are read, not compared.")]
public readonly struct Verdict
{
    private readonly HeaderFamily? _family;
    private readonly RejectedRequest? _refused;

    private Verdict(
        VerdictStatus status,
        HeaderFamily? family,
        VerifiedAssertion? assertion,
        RejectedRequest? refused
    ) => (Status, _family, Assertion, _refused) = (status, family, assertion, refused);

    /// <summary>
    /// Proves the response, accepted or rejected, if the request's assertion demands it (specification version-4.md,
    /// section 5); null otherwise.
    /// </summary>
    public ResponseProver? Prover { get; internal init; }

    /// <summary>The outcome: rejected, accepted, or not a trusted request at all.</summary>
    public VerdictStatus Status { get; }

    /// <summary>Whether the request was accepted.</summary>
    [MemberNotNullWhen(true, nameof(Assertion)), MemberNotNullWhen(false, nameof(Rejection))]
    public bool Accepted => Status == VerdictStatus.Accepted;

    /// <summary>The verified assertion; null unless the request was accepted.</summary>
    public VerifiedAssertion? Assertion { get; }

    /// <summary>The reason why the request was rejected; null if it was accepted.</summary>
    public Rejection? Rejection => Accepted ? null : Rejected.Rejection;

    /// <summary>The code for the consumer; null unless the request was rejected.</summary>
    public ErrorCode? Code => Status == VerdictStatus.Rejected ? Rejected.PublicReason.Code : null;

    /// <summary>
    /// The id of the reason, if it may be disclosed to the consumer: once the assertion was opened, under older
    /// versions once the signature was verified. Null otherwise, because distinct reasons before that point would help
    /// an attacker.
    /// </summary>
    public string? PublicReasonId =>
        Status == VerdictStatus.Rejected && Rejected.IsProven ? Rejected.PublicReason.ReasonId : null;

    /// <summary>The application id that the request names. Not proven unless the request was accepted.</summary>
    public string? ClaimedApplicationId => Accepted ? Assertion.Application.Id : Rejected.ClaimedApplicationId;

    /// <summary>The version that the request names, if it is a known one.</summary>
    public ProtocolVersion? Version => Accepted ? Assertion.Version : Rejected.Version;

    /// <summary>
    /// Whether a rejected request must be answered with the rejection, whatever the endpoint allows (specification
    /// version-4.md, section 5).
    /// </summary>
    public bool IsFinal => Status == VerdictStatus.Rejected && Version == ProtocolVersion.Version4;

    /// <summary>The time after which the consumer may retry; null if it is not known.</summary>
    public TimeSpan? RetryAfter => Rejected.RetryAfter;

    /// <summary>
    /// The HTTP status of the response to a rejected request: 401, 403, 413 or 503; 200 for any other request.
    /// </summary>
    public int HttpStatus => Status != VerdictStatus.Rejected ? 200 : Rejected.PublicReason.Code switch
    {
        ErrorCode.PermissionDenied when !IsFinal => 401,
        var code => code.ToHttpStatus(),
    };

    /// <summary>
    /// The user that a rejected request names, if its assertion could be opened; null if it could not, and for an
    /// accepted request. Under versions 1 and 2 it is not proven. For logs: hostile text.
    /// </summary>
    public string? ClaimedUser => Rejected.ClaimedUser;

    /// <summary>
    /// The applications that a rejected request names as those that asked for it, the nearest first, if its assertion
    /// could be opened; at most three ids, empty for an accepted request. It is the sender's word.
    /// </summary>
    public IReadOnlyList<string> ClaimedActors => Rejected.ClaimedActors;

    /// <summary>
    /// The detail of <see cref="Rejection"/> and the <see cref="ClaimedActors"/>, for logs and administrators:
    /// printable text. Null if the request was accepted.
    /// </summary>
    public string? RejectionDetail => (Rejection?.Detail, ClaimedActors.Count) switch
    {
        ({ } detail, > 0) => $"{detail} Asked by {string.Join(", asked by ", ClaimedActors)}.",
        ({ } detail, _) => detail,
        _ => null,
    };

    /// <summary>
    /// Whether the request was rejected because its key grant names a signing key that is not on record.
    /// </summary>
    public bool NamesUnknownKey =>
        Status == VerdictStatus.Rejected && Rejected.Rejection.IsBecause(RejectionReason.GrantKeyUnknown);

    /// <summary>The verdict on a request without an assertion.</summary>
    public static Verdict None { get; } = new(VerdictStatus.None, null, null, null);

    private RejectedRequest Rejected => _refused ?? RejectedRequest.Unspecified;

    /// <summary>
    /// Returns the response headers that report the outcome to the consumer (specification legacy.md, section 1).
    /// </summary>
    /// <returns>The headers; none if the request had no trusted-application headers.</returns>
    public IEnumerable<KeyValuePair<string, string>> GetResponseHeaders()
    {
        if (Status == VerdictStatus.None) yield break;

        HeaderFamily family = _family ?? HeaderFamily.Atlassian;
        yield return new(family.Status, Accepted ? "OK" : family.ErrorStatus);
        if (Accepted) yield break;

        if (RetryAfter is { } delay)
        {
            yield return new("Retry-After", Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        }

        TrustedAppError error =
            Version == ProtocolVersion.Version4
                ? Rejected.PublicReason.ToBriefError()
                : Rejected.PublicReason.ToError();
        if (family.ErrorCode is not null) yield return new(family.ErrorCode, error.Code.ToWireName());
        yield return new(family.Error, family.ErrorCode is null ? error.ToHeaderValue() : error.FormatPrintable());
    }

    /// <summary>
    /// Returns the rejection of a request that was accepted, for a reason of the application itself: PERMISSION_DENIED
    /// with the reason id <c>event.rejected</c>. There is no way from a rejection to acceptance.
    /// </summary>
    /// <param name="detail">The reason, for the log. The consumer does not get it.</param>
    /// <returns>The rejection.</returns>
    /// <exception cref="InvalidOperationException">The request was not accepted.</exception>
    public Verdict ToRejected(string detail)
    {
        ArgumentNullException.ThrowIfNull(detail);
        if (!Accepted) throw new InvalidOperationException("Only a request that was accepted can be rejected.");

        string user = Assertion.User ?? Assertion.Application.Id;
        var rejection = new Rejection(RejectionReason.RejectedByEvent, Assertion.Application.Id, user, detail);
        var rejected = new RejectedRequest(
            rejection, Assertion.Application.Id, Assertion.Version, Assertion.User, RetryAfter: null)
        {
            IsProven = true,
            ClaimedActors = Assertion.Actors,
        };
        return new(VerdictStatus.Rejected, _family, assertion: null, rejected) { Prover = Prover };
    }

    internal static Verdict Accept(in AssertionHeaders headers, VerifiedAssertion assertion) =>
        new(VerdictStatus.Accepted, headers.Family, assertion, refused: null);

    internal static Verdict Reject(
        in AssertionHeaders headers,
        ProtocolVersion? version,
        Rejection rejection,
        string? claimedUser = null,
        TimeSpan? retryAfter = null,
        bool isProven = false,
        IReadOnlyList<string>? claimedActors = null)
    {
        var rejected = new RejectedRequest(rejection, headers.ApplicationId, version, claimedUser, retryAfter)
        {
            IsProven = isProven,
            ClaimedActors = claimedActors ?? [],
        };
        return new(VerdictStatus.Rejected, headers.Family, assertion: null, rejected);
    }

    /// <summary>
    /// Returns the same verdict without revealing which applications are trusted here. Every reason up to the key grant
    /// looks alike: as if the grant were bad, or, where the request only names one, needed.
    /// </summary>
    /// <param name="hasKey">Whether the request has the Key header.</param>
    internal Verdict Redact(bool hasKey)
    {
        bool tells =
            Status == VerdictStatus.Rejected
            && (
                Rejected.Rejection.RevealsTrust
                || (Version is { Traits.NeedsKeyGrant: false } && !Rejected.Rejection.IsAuthenticated)
            );
        return tells
            ? new Verdict(
                Status,
                _family,
                assertion: null,
                Rejected with
                {
                    PublicReason = new Rejection(
                        hasKey || Version is { Traits.NeedsKeyGrant: false }
                            ? RejectionReason.Concealed
                            : RejectionReason.GrantNeeded),
                    RetryAfter = null,
                    IsProven = false,
                }
            )
            : this;
    }

    /// <summary>The details of a rejected request. Accepted requests need no memory for them.</summary>
    /// <param name="Rejection">The reason.</param>
    /// <param name="ClaimedApplicationId">The application id that the request names.</param>
    /// <param name="Version">The version that the request names.</param>
    /// <param name="ClaimedUser">The user that the request names.</param>
    /// <param name="RetryAfter">The time after which the consumer may retry.</param>
    private sealed record RejectedRequest(
        Rejection Rejection,
        string? ClaimedApplicationId,
        ProtocolVersion? Version,
        string? ClaimedUser,
        TimeSpan? RetryAfter
    )
    {
        public static RejectedRequest Unspecified { get; } = new(default, null, null, null, null);

        /// <summary>Whether the consumer had proven its identity before.</summary>
        public bool IsProven { get; init; }

        /// <summary>The applications that asked for the request, as it says.</summary>
        public IReadOnlyList<string> ClaimedActors { get; init; } = [];

        /// <summary>The reason for the consumer, which may say less than the one in the log.</summary>
        public Rejection PublicReason { get; init; } = Rejection;
    }
}

/// <summary>The three outcomes.</summary>
public enum VerdictStatus
{
    /// <summary>The request has trusted-application headers that are not valid.</summary>
    Rejected,

    /// <summary>The request is made by a trusted application on behalf of a user.</summary>
    Accepted,

    /// <summary>The request has no trusted-application headers.</summary>
    None,
}
