using Microsoft.AspNetCore.Authentication;

namespace TrustedApps.AspNetCore;

/// <summary>
/// Why a scheme of this package refused a request, as <see cref="AuthenticateResult.Failure"/>. Never thrown. The log
/// says more.
/// </summary>
public sealed class RejectedException : Exception
{
    internal RejectedException(string code, bool answersChallenge)
        : base($"The request was refused: {code}.") => (Code, AnswersChallenge) = (code, answersChallenge);

    /// <summary>The code: one of <see cref="RejectionCodes"/>, or for trusted requests a wire name of <see cref="ErrorCode"/>.</summary>
    public string Code { get; }

    /// <summary>Whether the scheme that refused answers a challenge better than a login page would.</summary>
    internal bool AnswersChallenge { get; }
}
