using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.SignIn.Schemes;

namespace TrustedApps.AspNetCore.SignIn.TokenMirror;

/// <summary>Rejects a request to the mirror: a status without a body. The log has the reason.</summary>
internal static class MirrorRejection
{
    public const string Name = "TokenMirror";

    public static void Reject(this MirrorRules rules, HttpContext context, ILogger logger, string code, string detail)
    {
        logger.Rejected(context, Name, code, detail);
        context.Response.StatusCode = rules.RejectionStatus;
    }
}
