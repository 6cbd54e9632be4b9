using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.SignIn.Schemes;

/// <summary>
/// The answer of all schemes where the users of this application cannot be looked up now: pages that are open to
/// anonymous users stay open, and where a user is required the response is 503.
/// </summary>
internal static class UnavailableUsers
{
    private const int RetryAfter = 5; // seconds

    /// <summary>The rejection; it answers challenges, so that no login page asks for a password in vain.</summary>
    public static AuthenticateResult Reject() =>
        SchemeResult.Reject(RejectionCodes.Unavailable, answersChallenge: true);

    /// <summary>Answers the challenge if the users were not available, and returns whether it did.</summary>
    public static async Task<bool> TryAnswerAsync(HttpContext context, AuthenticateResult result)
    {
        if ((result.Failure as RejectedException)?.Code != RejectionCodes.Unavailable) return false;

        context.Response.Headers.RetryAfter = RetryAfter.ToString(CultureInfo.InvariantCulture);
        await ProblemResponse.WriteForPeopleAsync(
            context,
            StatusCodes.Status503ServiceUnavailable,
            "Users cannot be looked up at the moment. Try again later."
        );
        return true;
    }
}
