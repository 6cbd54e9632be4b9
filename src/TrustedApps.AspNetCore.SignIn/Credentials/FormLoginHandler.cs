using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.AspNetCore.SignIn.Schemes;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.Credentials;

/// <summary>Authenticates the user of a posted login form, on the configured paths only.</summary>
internal sealed class FormLoginHandler(
    IOptionsMonitor<FormLoginOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    IAuthenticationSchemeProvider schemes
) : AuthenticationHandler<FormLoginOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!HttpMethods.IsPost(Request.Method) || !IsOnLoginPath()) return AuthenticateResult.NoResult();
        if (!IsOf("application/x-www-form-urlencoded"))
        {
            if (IsOf("multipart/form-data")) LogFormNotRead(Context.Connection.RemoteIpAddress);
            return AuthenticateResult.NoResult();
        }

        IFormCollection? form = await LoginForm.TryReadAsync(Context);
        if (form is null)
        {
            return Reject(
                RejectionCodes.Malformed,
                "The form could not be read: malformed, longer than 65536 bytes, or cut off."
            );
        }

        if (!form.ContainsKey(Options.UserNameField)) return AuthenticateResult.NoResult();
        if (FindProblem(form, out string detail) is { } code) return Reject(code, detail);

        string userName = form[Options.UserNameField].ToString(), password = form[Options.PasswordField].ToString();
        AuthenticateResult result = await CredentialCheck.CheckAsync(
            Context,
            Scheme,
            userName,
            password,
            answersChallenge: false,
            Logger
        );
        if (result.Succeeded) await SignInAsync(result.Principal, AsksForLastingLogin(form));
        return result;
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (await UnavailableUsers.TryAnswerAsync(Context, await HandleAuthenticateOnceSafeAsync())) return;
        await base.HandleChallengeAsync(properties);
    }

    private string? FindProblem(IFormCollection form, out string detail)
    {
        detail = PasswordTransport.Advice;
        if (!Options.AllowHttp && !PasswordTransport.IsProtected(Context)) return RejectionCodes.NotHttps;

        if (!Options.AllowCrossSite && FormOrigin.FindProblem(Request) is { } foreign)
        {
            detail = foreign;
            return RejectionCodes.CrossSite;
        }

        detail = "A field of the login form is there twice.";
        bool isTwice =
            IsTwice(form, Options.UserNameField)
            || IsTwice(form, Options.PasswordField)
            || IsTwice(form, Options.RememberMeField);
        return isTwice ? RejectionCodes.Malformed : null;
    }

    private bool IsOf(string mediaType) =>
        MediaTypeHeaderValue.TryParse(Request.ContentType, out MediaTypeHeaderValue? type)
        && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    private bool IsOnLoginPath() => Options.LoginPaths.Allows(RequestReader.Read(Context));

    private static bool IsTwice(IFormCollection form, string field) => form[field].Count > 1;

    private bool AsksForLastingLogin(IFormCollection form) =>
        form[Options.RememberMeField].ToString() is { Length: > 0 } value
        && !value.Equals("false", StringComparison.OrdinalIgnoreCase);

    private async Task SignInAsync(ClaimsPrincipal user, bool isLasting)
    {
        if (Options.SignInScheme is { } session)
        {
            await RenewedSession.SignInAsync(Context, schemes, session, user, isPersistent: false);
        }

        if (Options.RememberMeScheme is { } lasting)
        {
            if (isLasting) await RenewedSession.SignInAsync(Context, schemes, lasting, user, isPersistent: true);
            else await Context.SignOutAsync(lasting); // a lasting login of another user would outlast this session
        }

        if (!Logger.IsEnabled(LogLevel.Information)) return;
        Logger.LoggedIn(LogSanitizer.Sanitize(user.Identity?.Name), Context.Connection.RemoteIpAddress, Scheme.Name);
    }

    private void LogFormNotRead(IPAddress? address)
    {
        if (!SignInLog.IsFirst(Logger, Context.RequestServices, Scheme.Name, "LoginFormNotRead", address)) return;
        Logger.LoginFormNotRead(Scheme.Name, address);
    }

    private AuthenticateResult Reject(string code, string detail)
    {
        Logger.Rejected(Context, Scheme.Name, code, detail);
        return SchemeResult.Reject(code);
    }
}
