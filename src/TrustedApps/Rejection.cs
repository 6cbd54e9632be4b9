using TrustedApps.Diagnostics;
using TrustedApps.Text;

namespace TrustedApps;

/// <summary>
/// The reason why a request was rejected: a code and a message for the consumer, a sentence for the administrator.
/// </summary>
public readonly struct Rejection : IEquatable<Rejection>
{
    private readonly RejectionReason? _reason;
    private readonly string? _first;
    private readonly string? _second;
    private readonly string? _third;

    internal Rejection(RejectionReason reason, string? first = null, string? second = null, string? third = null) =>
        (_reason, _first, _second, _third) = (reason, first, second, third);

    /// <summary>The code for the wire.</summary>
    public ErrorCode Code => Reason.Code;

    /// <summary>
    /// The stable id of the reason for programs, such as <c>grant.signature</c>. One code on the wire has several
    /// reasons. Ids never change. For logs and metrics; see <see cref="Verdict.PublicReasonId"/> for responses.
    /// </summary>
    public string ReasonId => Reason.Id;

    /// <summary>
    /// A sentence that says what to do, for logs and administrators. It quotes the request: control characters are
    /// replaced, and long values are cut.
    /// </summary>
    public string Detail =>
        Placeholders.Fill(
            Reason.Advice,
            [LogSanitizer.Sanitize(_first), LogSanitizer.Sanitize(_second), LogSanitizer.Sanitize(_third)]
        );

    internal RejectionReason Reason => _reason ?? RejectionReason.Unspecified;

    /// <summary>Returns whether two rejections are the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are.</returns>
    public static bool operator ==(Rejection left, Rejection right) => left.Equals(right);

    /// <summary>Returns whether two rejections differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator !=(Rejection left, Rejection right) => !left.Equals(right);

    /// <summary>Returns the error for the consumer.</summary>
    /// <returns>The error.</returns>
    public TrustedAppError ToError() => ToError(Reason.Message);

    /// <summary>Returns the error for a consumer of version 4: it quotes nothing that was encrypted.</summary>
    internal TrustedAppError ToBriefError() => ToError(Reason.Brief ?? Reason.Message);

    /// <summary>Whether the reason reveals to an unauthenticated sender which applications are trusted here.</summary>
    internal bool RevealsTrust => Reason.RevealsTrust;

    /// <summary>
    /// Whether a request of an older version is rejected for this reason only after its signature was verified.
    /// </summary>
    internal bool IsAuthenticated => Code is ErrorCode.BadMethod or ErrorCode.Replayed or ErrorCode.Unavailable
        or ErrorCode.UserUnknown or ErrorCode.UserDisabled or ErrorCode.PermissionDenied;

    internal bool IsBecause(RejectionReason reason) => ReferenceEquals(Reason, reason);

    private TrustedAppError ToError(string message)
    {
        string?[] parameters = [_first, _second, _third];
        int used = 0;
        while (used < parameters.Length && message.Contains($"{{{used}}}", StringComparison.Ordinal)) used++;
        return new TrustedAppError(Code, message, [.. parameters.Take(used).Select(parameter => parameter ?? "")]);
    }

    /// <inheritdoc/>
    public bool Equals(Rejection other) =>
        (Reason, _first, _second, _third) == (other.Reason, other._first, other._second, other._third);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Rejection other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Reason, _first, _second, _third);

    /// <summary>Returns the code's name.</summary>
    /// <returns>The name, such as <c>APP_UNKNOWN</c>.</returns>
    public override string ToString() => Code.ToWireName();
}
