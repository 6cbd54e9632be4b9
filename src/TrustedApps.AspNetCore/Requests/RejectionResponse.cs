using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// Writes the response to a rejected request, or a plain challenge where the endpoint requires a trusted request.
/// </summary>
internal static class RejectionResponse
{
    public static Task WriteAsync(HttpContext context, Verdict? verdict)
    {
        int status = verdict is { Status: VerdictStatus.Rejected } rejected
            ? rejected.HttpStatus
            : StatusCodes.Status401Unauthorized;
        string? code = verdict?.Code?.ToWireName();
        context.Response.Headers.Append("WWW-Authenticate", ChallengeOf(code));
        string detail = verdict is { Accepted: true }
            ? "The request is a trusted one, and the endpoint did not accept its user: see the provider's log."
            : code is null ? "The request is not made by a trusted application."
            : $"The trusted request was refused: {code}.";
        return ProblemResponse.WriteAsync(context, status, detail, verdict?.PublicReasonId);
    }

    /// <summary>
    /// Sets the status of a rejection of version 4 again, if middleware has made a redirect, an error page or a success
    /// of it (specification version-4.md, section 5).
    /// </summary>
    public static void RestoreStatus(HttpContext context, in Verdict? verdict)
    {
        HttpResponse response = context.Response;
        if (verdict is not { IsFinal: true } rejected || response.StatusCode == rejected.HttpStatus) return;

        response.StatusCode = rejected.HttpStatus;
        context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
        response.Headers.Remove("Location");
        if (response.Headers.WWWAuthenticate.Count > 0) return;
        response.Headers.WWWAuthenticate = ChallengeOf(rejected.Code?.ToWireName());
    }

    private static string ChallengeOf(string? code) => code is null ? "TrustedApp" : $"TrustedApp error=\"{code}\"";
}
