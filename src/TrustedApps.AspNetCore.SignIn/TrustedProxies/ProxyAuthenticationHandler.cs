using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.AspNetCore.SignIn.Schemes;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>The user whom the front names, or an answer of its own where the front names somebody who is nobody here: a login page would only lead back.</summary>
internal sealed class ProxyAuthenticationHandler(
    IOptionsMonitor<TrustedProxyOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TrustedProxyList fronts, UserProvisioning provisioning)
    : AuthenticationHandler<TrustedProxyOptions>(options, loggers, encoder), INotAToken
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        ProxyIdentity finding = Context.Features.GetRequiredFeature<ProxyIdentityFeature>().Of(Scheme.Name);
        if (finding.Code is { } code) return SchemeResult.Reject(code, answersChallenge: code == RejectionCodes.Malformed); // the filter has said so in the log
        if (finding.Name is null) return AuthenticateResult.NoResult();

        TrustedProxy front = fronts.Get(Scheme.Name);
        if (front.Rewriting.Apply(finding.Name) is not { } name)
        {
            return Reject(RejectionCodes.Malformed, $"'{LogSanitizer.Sanitize(finding.Name)}' is no user name, or rewriting makes none of it in 100 ms", answersChallenge: true);
        }

        TrustedProxyUser user = new TrustedProxyUser(name, Scheme.Name, [.. MappedClaims.Of(front.Attributes, finding.Attributes)]);
        UserResolution known = await SchemeUsers.ResolveAsync(Context, Scheme.Name, name);
        if (known.Status == UserStatus.Unknown) known = await provisioning.FindOrMakeAsync(user, Context.RequestAborted);
        return known.Status switch
        {
            UserStatus.Known => AuthenticateResult.Success(new AuthenticationTicket(SchemePrincipal.Of(known, Scheme.Name, user.Attributes), Scheme.Name)),
            UserStatus.Denied => Reject(RejectionCodes.PermissionDenied, $"'{LogSanitizer.Sanitize(name)}' may not log in", answersChallenge: true),
            _ => Reject(RejectionCodes.UserUnknown, $"'{LogSanitizer.Sanitize(name)}' is known to the front and unknown here. Add the user, or register an IUserProvisioner", answersChallenge: true),
        };
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        AuthenticateResult result = await HandleAuthenticateOnceSafeAsync();
        bool isKnownToTheFront = result.Failure is RejectedException { Code: RejectionCodes.UserUnknown or RejectionCodes.PermissionDenied };
        Response.StatusCode = isKnownToTheFront ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        await RejectionResponse.WriteProblemAsync(Context, isKnownToTheFront ? "You are logged in, and have no account here." : "Who asks is not known.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return RejectionResponse.WriteProblemAsync(Context, "The user may not do this.");
    }

    private AuthenticateResult Reject(string code, string detail, bool answersChallenge = false)
    {
        Logger.Rejected(Context, Scheme.Name, code, detail);
        return SchemeResult.Reject(code, answersChallenge);
    }
}
