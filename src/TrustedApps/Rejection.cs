using TrustedApps.Diagnostics;
using TrustedApps.Text;

namespace TrustedApps;

/// <summary>
/// Why a request was refused: a code and a message for the consumer, a sentence for the administrator.
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
    /// The reason for programs, such as <c>grant.signature</c>: one code on the wire has several. Ids never change. For
    /// logs and metrics; see <see cref="Verdict.PublicReasonId"/> for responses.
    /// </summary>
    public string ReasonId => Reason.Id;

    /// <summary>
    /// A sentence that says what to do, for logs and administrators. It repeats what the request said: control
    /// characters are replaced, and long values cut.
    /// </summary>
    public string Detail =>
        Placeholders.Fill(
            Reason.Advice,
            [LogSanitizer.Sanitize(_first), LogSanitizer.Sanitize(_second), LogSanitizer.Sanitize(_third)]
        );

    internal RejectionReason Reason => _reason ?? RejectionReason.Unspecified;

    /// <summary>Whether two refusals are the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are.</returns>
    public static bool operator ==(Rejection left, Rejection right) => left.Equals(right);

    /// <summary>Whether two refusals differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they do.</returns>
    public static bool operator !=(Rejection left, Rejection right) => !left.Equals(right);

    /// <summary>The error that the consumer is told.</summary>
    /// <returns>The error.</returns>
    public TrustedAppError ToError() => ToError(Reason.Message);

    /// <summary>The error that a consumer of version 4 is told: nothing in it was encrypted.</summary>
    internal TrustedAppError ToBriefError() => ToError(Reason.Brief ?? Reason.Message);

    /// <summary>Whether the reason tells who is trusted here, to whoever asks.</summary>
    internal bool RevealsTrust => Reason.RevealsTrust;

    /// <summary>Whether a request of an older version is refused so only once its signature was found good.</summary>
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

    /// <summary>The code's name.</summary>
    /// <returns>The name, such as <c>APP_UNKNOWN</c>.</returns>
    public override string ToString() => Code.ToWireName();
}
