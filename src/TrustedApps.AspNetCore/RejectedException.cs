using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore;

/// <summary>
/// The reason why a scheme rejected a request, as <see cref="AuthenticateResult.Failure"/>. Never thrown. The log holds
/// the details.
/// </summary>
/// <remarks>A scheme of your own returns it by <c>AuthenticateResult.Fail(new RejectedException(...))</c>.</remarks>
public sealed class RejectedException : Exception
{
    /// <summary>Makes a reason.</summary>
    /// <param name="code">One of <see cref="RejectionCodes"/>, or a code of your own. Never text of a request.</param>
    /// <param name="answersChallenge">
    /// Whether the scheme answers a challenge better than a login page, such as with a status and a reason for a
    /// program. A chain then challenges this scheme and not its own challenge scheme.
    /// </param>
    public RejectedException(string code, bool answersChallenge = false)
        : base($"The request was refused: {code}.")
    {
        ArgumentException.ThrowIfNullOrEmpty(code);
        (Code, AnswersChallenge) = (code, answersChallenge);
    }

    /// <summary>
    /// The code: one of <see cref="RejectionCodes"/>, or for trusted requests the wire name of an
    /// <see cref="ErrorCode"/>.
    /// </summary>
    public string Code { get; }

    /// <summary>Whether the scheme answers a challenge better than a login page.</summary>
    public bool AnswersChallenge { get; }
}
