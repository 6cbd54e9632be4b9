using Microsoft.AspNetCore.Http;
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
        context.Response.Headers.Append(
            "WWW-Authenticate",
            code is null ? "TrustedApp" : $"TrustedApp error=\"{code}\""
        );
        string detail = verdict is { Accepted: true }
            ? "The request is a trusted one, and the endpoint did not accept its user: see the provider's log."
            : code is null ? "The request is not made by a trusted application."
            : $"The trusted request was refused: {code}.";
        return ProblemResponse.WriteAsync(context, status, detail, verdict?.PublicReasonId);
    }
}
