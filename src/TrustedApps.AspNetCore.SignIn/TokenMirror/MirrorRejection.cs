using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>How the mirror refuses: a status and no body; the reason is for the log.</summary>
internal static class MirrorRejection
{
    public const string Name = "TokenMirror";

    public static void Reject(this MirrorRules rules, HttpContext context, ILogger logger, string code, string detail)
    {
        logger.Rejected(context, Name, code, detail);
        context.Response.StatusCode = rules.RejectionStatus;
    }
}
