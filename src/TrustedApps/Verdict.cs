using System.Diagnostics.CodeAnalysis;
using TrustedApps.Diagnostics;

namespace TrustedApps;

/// <summary>What the verifier says of a request. The default value is a refusal.</summary>
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

    /// <summary>Refused, accepted, or not a trusted request at all.</summary>
    public VerdictStatus Status { get; }

    /// <summary>Whether the request was accepted.</summary>
    [MemberNotNullWhen(true, nameof(Assertion)), MemberNotNullWhen(false, nameof(Rejection))]
    public bool Accepted => Status == VerdictStatus.Accepted;

    /// <summary>What was verified; null unless the request was accepted.</summary>
    public VerifiedAssertion? Assertion { get; }

    /// <summary>Why the request was refused; null when it was accepted.</summary>
    public Rejection? Rejection => Accepted ? null : Rejected.Rejection;

    /// <summary>The code that the consumer is told; null unless the request was refused.</summary>
    public ErrorCode? Code => Status == VerdictStatus.Rejected ? Rejected.PublicReason.Code : null;

    /// <summary>
    /// The id of the reason, where the consumer may learn it: once the assertion was opened, under older versions once
    /// the
    /// signature was verified. Null otherwise, because reasons that differ before that would help an attacker.
    /// </summary>
    public string? PublicReasonId =>
        Status == VerdictStatus.Rejected && Rejected.IsProven ? Rejected.PublicReason.ReasonId : null;

    /// <summary>The application id that the request names. Not proven unless the request was accepted.</summary>
    public string? ClaimedApplicationId => Accepted ? Assertion.Application.Id : Rejected.ClaimedApplicationId;

    /// <summary>The version that the request names, where it is a known one.</summary>
    public ProtocolVersion? Version => Accepted ? Assertion.Version : Rejected.Version;

    /// <summary>
    /// Whether a refused request must be answered with the refusal, whatever the endpoint allows (specification
    /// version-4.md, section 5).
    /// </summary>
    public bool IsFinal => Status == VerdictStatus.Rejected && Version == ProtocolVersion.Version4;

    /// <summary>How long the consumer is to wait before it asks again; null where nobody knows.</summary>
    public TimeSpan? RetryAfter => Rejected.RetryAfter;

    /// <summary>The HTTP status of the answer to a refused request: 401, 403, 413 or 503; 200 for any other.</summary>
    public int HttpStatus => Status != VerdictStatus.Rejected ? 200 : Rejected.PublicReason.Code switch
    {
        ErrorCode.Unavailable => 503,
        ErrorCode.PermissionDenied when IsFinal => 403,
        ErrorCode.ContentTooLarge => 413,
        _ => 401,
    };

    /// <summary>
    /// The user on whose behalf a refused request says it was made, as far as its assertion could be opened; null where
    /// it
    /// could not, and in an accepted one. Under versions 1 and 2 not proven. For logs: hostile text.
    /// </summary>
    public string? ClaimedUser => Rejected.ClaimedUser;

    /// <summary>
    /// Whether the request was rejected because its key grant names a signing key that is not on record.
    /// </summary>
    public bool NamesUnknownKey =>
        Status == VerdictStatus.Rejected && Rejected.Rejection.IsBecause(RejectionReason.GrantKeyUnknown);

    internal static Verdict None { get; } = new(VerdictStatus.None, null, null, null);

    private RejectedRequest Rejected => _refused ?? RejectedRequest.Unspecified;

    /// <summary>The response headers that tell the consumer the outcome (specification legacy.md, section 1).</summary>
    /// <returns>None where the request had no trusted-application headers.</returns>
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

    internal static Verdict Accept(in AssertionHeaders headers, VerifiedAssertion assertion) =>
        new(VerdictStatus.Accepted, headers.Family, assertion, refused: null);

    internal static Verdict Reject(
        in AssertionHeaders headers,
        ProtocolVersion? version,
        Rejection rejection,
        string? claimedUser = null,
        TimeSpan? retryAfter = null,
        bool isProven = false)
    {
        var rejected = new RejectedRequest(rejection, headers.ApplicationId, version, claimedUser, retryAfter)
        {
            IsProven = isProven,
        };
        return new(VerdictStatus.Rejected, headers.Family, assertion: null, rejected);
    }

    /// <summary>The same verdict, telling the consumer nothing about who is trusted here.</summary>
    internal Verdict Redact()
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
                    PublicReason = new Rejection(RejectionReason.Concealed),
                    RetryAfter = null,
                    IsProven = false,
                }
            )
            : this;
    }

    /// <summary>What there is to say of a request that was refused: most are not, and need no room for it.</summary>
    /// <param name="Rejection">Why.</param>
    /// <param name="ClaimedApplicationId">The application id that it names.</param>
    /// <param name="Version">The version that it names.</param>
    /// <param name="ClaimedUser">The user that it names.</param>
    /// <param name="RetryAfter">How long the consumer is to wait.</param>
    private sealed record RejectedRequest(
        Rejection Rejection,
        string? ClaimedApplicationId,
        ProtocolVersion? Version,
        string? ClaimedUser,
        TimeSpan? RetryAfter
    )
    {
        public static RejectedRequest Unspecified { get; } = new(default, null, null, null, null);

        /// <summary>Whether the consumer had proven itself before.</summary>
        public bool IsProven { get; init; }

        /// <summary>What the consumer is told, which may be less than what the log says.</summary>
        public Rejection PublicReason { get; init; } = Rejection;
    }
}

/// <summary>The three outcomes.</summary>
public enum VerdictStatus
{
    /// <summary>The request has trusted-application headers and they do not hold.</summary>
    Rejected,

    /// <summary>The request is made by a trusted application on behalf of a user.</summary>
    Accepted,

    /// <summary>The request has no trusted-application headers.</summary>
    None,
}
