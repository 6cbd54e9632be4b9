using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.PreAuthenticated;

/// <summary>The user whom the front names, or an answer of its own where the front names somebody who is nobody here: a login page would only lead back.</summary>
internal sealed class PreAuthenticatedHandler(
    IOptionsMonitor<PreAuthenticatedOptions> options, ILoggerFactory loggers, UrlEncoder encoder, Fronts fronts, Provisioning provisioning)
    : AuthenticationHandler<PreAuthenticatedOptions>(options, loggers, encoder), INotAToken
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        Finding finding = Context.Features.GetRequiredFeature<Findings>().Of(Scheme.Name);
        if (finding.Code is { } code) return SchemeResult.Refuse(code, answersChallenge: code == RefusalCodes.Malformed); // the filter has said so in the log
        if (finding.Name is null) return AuthenticateResult.NoResult();

        Front front = fronts.Get(Scheme.Name);
        if (front.Rewriting.Apply(finding.Name) is not { } name)
        {
            return Refuse(RefusalCodes.Malformed, $"'{Printable.Shorten(finding.Name)}' is no user name, or rewriting makes none of it in 100 ms", answersChallenge: true);
        }

        var user = new PreAuthenticatedUser(name, Scheme.Name, [.. AttributeClaims.Of(front.Attributes, finding.Attributes)]);
        UserResolution known = await SchemeUsers.ResolveAsync(Context, Scheme.Name, name);
        if (known.Status == UserStatus.Unknown) known = await provisioning.FindOrMakeAsync(user, Context.RequestAborted);
        return known.Status switch
        {
            UserStatus.Known => AuthenticateResult.Success(new AuthenticationTicket(SchemePrincipal.Of(known, Scheme.Name, user.Attributes), Scheme.Name)),
            UserStatus.Denied => Refuse(RefusalCodes.PermissionDenied, $"'{Printable.Shorten(name)}' may not log in", answersChallenge: true),
            _ => Refuse(RefusalCodes.UserUnknown, $"'{Printable.Shorten(name)}' is known to the front and unknown here. Add the user, or register an IUserProvisioner", answersChallenge: true),
        };
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        AuthenticateResult result = await HandleAuthenticateOnceSafeAsync();
        bool isKnownToTheFront = result.Failure is RefusedException { Code: RefusalCodes.UserUnknown or RefusalCodes.PermissionDenied };
        Response.StatusCode = isKnownToTheFront ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        await RefusalResponse.WriteProblemAsync(Context, isKnownToTheFront ? "You are logged in, and have no account here." : "Who asks is not known.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return RefusalResponse.WriteProblemAsync(Context, "The user may not do this.");
    }

    private AuthenticateResult Refuse(string code, string detail, bool answersChallenge = false)
    {
        Logger.Refused(Context, Scheme.Name, code, detail);
        return SchemeResult.Refuse(code, answersChallenge);
    }
}
