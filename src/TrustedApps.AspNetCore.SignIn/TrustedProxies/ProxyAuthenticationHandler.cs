using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.AspNetCore.SignIn.Schemes;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.TrustedProxies;

/// <summary>
/// Authenticates the user named by the trusted proxy. An unknown user gets 403, because a login page would redirect
/// back to the proxy.
/// </summary>
internal sealed class ProxyAuthenticationHandler(
    IOptionsMonitor<TrustedProxyOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    UserProvisioning provisioning
) : AuthenticationHandler<TrustedProxyOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.Features.GetRequiredFeature<ProxyIdentityFeature>().Find(Scheme.Name) is not { } identity)
        {
            return AuthenticateResult.NoResult();
        }

        // the filter has logged it
        if (identity.Code is { } code)
        {
            return SchemeResult.Reject(code, answersChallenge: code == RejectionCodes.Malformed);
        }

        if (identity.Proxy.TransformName(identity.Name) is not { } name)
        {
            return Reject(
                RejectionCodes.Malformed,
                $"'{LogSanitizer.Sanitize(identity.Name)}' is not a valid user name, or the transforms make none of it in 100 ms"
            );
        }

        var user = new TrustedProxyUser(name, Scheme.Name, identity.Proxy.ToClaims(identity.Attributes));
        UserResolution found = await Context
            .RequestServices.GetUserResolver(Scheme.Name)
            .ResolveAsync(name, Scheme.Name, Context.RequestAborted);
        if (found.Status == UserStatus.Unknown)
        {
            found = await provisioning.FindOrMakeAsync(user, Context.RequestAborted);
        }

        if (found.Status == UserStatus.Unavailable)
        {
            Logger.Rejected(
                Context,
                Scheme.Name,
                RejectionCodes.Unavailable,
                $"'{LogSanitizer.Sanitize(name)}' cannot be looked up now. Check that the directory or database of users runs"
            );
            return UnavailableUsers.Reject();
        }

        return found.Status switch
        {
            UserStatus.Known => AuthenticateResult.Success(
                new AuthenticationTicket(SchemePrincipal.Of(found, Scheme.Name, user.Attributes), Scheme.Name)
            ),
            UserStatus.Denied => Reject(
                RejectionCodes.PermissionDenied,
                $"'{LogSanitizer.Sanitize(name)}' may not log in"
            ),
            _ => Reject(
                RejectionCodes.UserUnknown,
                $"'{LogSanitizer.Sanitize(name)}' is known to the trusted proxy and unknown here. Add the user, or register an IUserProvisioner"
            ),
        };
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        AuthenticateResult result = await HandleAuthenticateOnceSafeAsync();
        if (await UnavailableUsers.TryAnswerAsync(Context, result)) return;
        bool isLoggedIn = result.Failure is RejectedException rejected
            && (rejected.Code == RejectionCodes.UserUnknown || rejected.Code == RejectionCodes.PermissionDenied);
        await (
            isLoggedIn
                ? ProblemResponse.WriteForPeopleAsync(
                    Context,
                    StatusCodes.Status403Forbidden,
                    "You are logged in, and have no account here."
                )
                : ProblemResponse.WriteForPeopleAsync(
                    Context,
                    StatusCodes.Status401Unauthorized,
                    ProblemResponse.Unauthenticated
                )
        );
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ProblemResponse.WriteForPeopleAsync(Context, StatusCodes.Status403Forbidden, ProblemResponse.Forbidden);

    private AuthenticateResult Reject(string code, string detail)
    {
        Logger.Rejected(Context, Scheme.Name, code, detail);
        return SchemeResult.Reject(code, answersChallenge: true);
    }
}
