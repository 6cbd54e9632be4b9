using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.Schemes;

/// <summary>The one line in which a refusal is explained, whichever scheme refused.</summary>
internal static class SchemeLog
{
    /// <param name="logger">Where to.</param>
    /// <param name="context">The request. Its query is left out: it may hold secrets.</param>
    /// <param name="scheme">Who refused.</param>
    /// <param name="code">One of <see cref="RejectionCodes"/>.</param>
    /// <param name="detail">What an administrator can do about it. What strangers sent is made fit by <see cref="LogSanitizer"/> before.</param>
    public static void Rejected(this ILogger logger, HttpContext context, string scheme, string code, string detail)
    {
        if (!logger.IsEnabled(LogLevel.Warning)) return;
        logger.RejectedByScheme(
            LogSanitizer.Sanitize(context.Request.Method),
            LogSanitizer.Sanitize(context.Request.PathBase + context.Request.Path),
            context.Connection.RemoteIpAddress,
            scheme,
            code,
            detail);
    }
}
