using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Schemes;

/// <summary>
/// Writes the body of a rejection by the application's problem details service (RFC 9457), where there is one.
/// </summary>
internal static class ProblemResponse
{
    public const string Forbidden = "The user may not do this.";
    public const string Unauthenticated = "The request is not authenticated.";

    /// <summary>
    /// Writes it for a browser, too: without that service, or for another type of content, as plain text.
    /// </summary>
    public static async Task WriteForPeopleAsync(HttpContext context, int status, string detail)
    {
        if (!await WriteAsync(context, status, detail)) await context.Response.WriteAsync(detail);
    }

    /// <returns>Whether a body was written.</returns>
    public static async Task<bool> WriteAsync(HttpContext context, int status, string detail, string? reason = null)
    {
        context.Response.StatusCode = status;
        if (context.RequestServices.GetService<IProblemDetailsService>() is not { } problems) return false;
        var problem = new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = { Status = status, Detail = detail },
        };
        if (reason is not null) problem.ProblemDetails.Extensions["reason"] = reason;
        return await problems.TryWriteAsync(problem);
    }
}
