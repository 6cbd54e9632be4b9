using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>The answer to a refused request, and to one that is none of ours where only those get in.</summary>
internal static class RejectionResponse
{
    public static Task WriteAsync(HttpContext context, Verdict? verdict)
    {
        string? code = verdict?.Code?.ToWireName();
        context.Response.StatusCode = verdict is { Status: VerdictStatus.Rejected } refused ? refused.HttpStatus : StatusCodes.Status401Unauthorized;
        context.Response.Headers.Append("WWW-Authenticate", code is null ? "TrustedApp" : $"TrustedApp error=\"{code}\"");
        return WriteProblemAsync(context, code is null ? "The request is not made by a trusted application." : $"The trusted request was refused: {code}.");
    }

    public static async Task WriteProblemAsync(HttpContext context, string detail)
    {
        if (context.RequestServices.GetService<IProblemDetailsService>() is not { } problems) return;
        await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = { Status = context.Response.StatusCode, Detail = detail },
        });
    }
}
