using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.AspNetCore.Startup;

namespace TrustedApps.AspNetCore;

/// <summary>The authentication handler: no headers of ours is no result, ours and bad is a failure.</summary>
internal sealed class TrustedAppsHandler(
    IOptionsMonitor<TrustedAppsOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TrustedRequestAuthenticator judge, IEnumerable<TrustedAppsScheme> schemes)
    : AuthenticationHandler<TrustedAppsOptions>(options, loggers, encoder), IAuthenticationRequestHandler
{
    private Verdict? _verdict; // of this scheme; a handler lives as long as its request
    private ReceivedHeaders? _received; // while HandleRequestAsync authenticates; middleware may strip headers later

    /// <summary>Called for each request before anything else: refuses outright version 4, and others where that is asked for.</summary>
    public async Task<bool> HandleRequestAsync()
    {
        ReceivedHeaders received = ReceivedHeaders.Read(Request.Headers);
        if (!received.HasAssertion || !(Options.RejectOutright || received.NamesVersion4)) return false;

        _received = received;
        AuthenticateResult result = await HandleAuthenticateOnceAsync();
        _received = null;
        bool isRefused = result.Failure is RejectedException && (Options.RejectOutright || _verdict is { IsFinal: true });
        if (!isRefused || await IsAcceptedByAnotherSchemeAsync()) return false;
        await HandleChallengeAsync(new AuthenticationProperties());
        return true;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        Verdict verdict = await judge.AuthenticateAsync(Context, Scheme.Name, _received, Logger);
        if (verdict.Status == VerdictStatus.None) return AuthenticateResult.NoResult();

        _verdict = verdict;
        return verdict.Accepted
            ? AuthenticateResult.Success(new AuthenticationTicket(TrustedPrincipal.Of(verdict.Assertion, Scheme.Name, Options.ClaimsIssuer), Scheme.Name))
            : SchemeResult.Reject(verdict.Code!.Value.ToWireName(), answersChallenge: true); // the reason goes to the log and the response headers
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync(); // a challenge without a question before it still gives the reason
        if (_verdict is { Accepted: false } refused) Context.Features.Set(new VerdictFeature(Scheme.Name, refused)); // whoever else accepted, this scheme was asked
        await RejectionResponse.WriteAsync(Context, _verdict);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return RejectionResponse.WriteProblemAsync(Context, "The user may not do this.");
    }

    private async Task<bool> IsAcceptedByAnotherSchemeAsync()
    {
        foreach (TrustedAppsScheme other in schemes.Where(other => other.Name != Scheme.Name))
        {
            await Context.AuthenticateAsync(other.Name);
            if (Context.Features.Get<VerdictFeature>() is { Verdict.Accepted: true }) return true; // and not a scheme it forwards to
        }

        return false;
    }
}
