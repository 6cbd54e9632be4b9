using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.AspNetCore.SignIn.Schemes;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>
/// Returns NoResult when the request has no Basic header, and Fail when the header or the password is invalid.
/// </summary>
internal sealed class BasicHandler(IOptionsMonitor<BasicOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<BasicOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        StringValues authorization = Request.Headers.Authorization;
        if (!BasicHeader.IsPresent(authorization)) return AuthenticateResult.NoResult();

        if (!IsProtected()) return Reject(RejectionCodes.NotHttps, PasswordTransport.Advice);
        if (!BasicHeader.TryRead(authorization, out string? userName, out string? password))
        {
            return Reject(RejectionCodes.Malformed, "The Authorization header is malformed, or there are several.");
        }

        return await CredentialCheck.CheckAsync(Context, Scheme, userName, password, answersChallenge: true, Logger);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (!IsProtected())
        {
            // a browser answers a challenge by sending the password
            Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (await UnavailableUsers.TryAnswerAsync(Context, await HandleAuthenticateOnceSafeAsync())) return;
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.Append("WWW-Authenticate", $"Basic realm=\"{Options.Realm}\", charset=\"UTF-8\"");
    }

    private bool IsProtected() => Options.AllowHttp || PasswordTransport.IsProtected(Context);

    private AuthenticateResult Reject(string code, string detail)
    {
        Logger.Rejected(Context, Scheme.Name, code, detail);
        return SchemeResult.Reject(code, answersChallenge: true);
    }
}
