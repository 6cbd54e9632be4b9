using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.AspNetCore.Startup;

namespace TrustedApps.AspNetCore;

/// <summary>
/// Returns NoResult when the request has no trusted-application headers, and Fail when they are invalid.
/// </summary>
internal sealed class TrustedAppsHandler(
    IOptionsMonitor<TrustedAppsOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    TrustedRequestAuthenticator authenticator,
    IEnumerable<TrustedAppsScheme> schemes)
    : AuthenticationHandler<TrustedAppsOptions>(options, loggers, encoder), IAuthenticationRequestHandler, ITokenScheme
{
    private static readonly Task<object> _events = Task.FromResult<object>(new TrustedAppsEvents());

    private Verdict? _verdict; // of this scheme; a handler lives as long as its request
    private ReceivedHeaders? _received; // while HandleRequestAsync authenticates; middleware may strip headers later

    /// <summary>
    /// Called for each request before other middleware: answers a rejected request of version 4, and of other versions
    /// with <see cref="TrustedAppsOptions.RejectOutright"/>.
    /// </summary>
    public async Task<bool> HandleRequestAsync()
    {
        ReceivedHeaders received = ReceivedHeaders.Read(Request.Headers);
        if (!received.HasAssertion || !(Options.RejectOutright || received.NamesVersion4)) return false;
        if (ThrownEvent.IsOf(Context)) return false; // the pipeline runs again, for an error page

        _received = received;
        AuthenticateResult result = await HandleAuthenticateOnceAsync();
        _received = null;
        bool isAnswered =
            result.Failure is RejectedException && (Options.RejectOutright || _verdict is { IsFinal: true });
        if (!isAnswered || await IsAcceptedByAnotherSchemeAsync()) return false;
        await HandleChallengeAsync(new AuthenticationProperties());
        return true;
    }

    // The base class keeps the task of the first authentication, and with it the exception of an event.
    Task<AuthenticateResult> IAuthenticationHandler.AuthenticateAsync() =>
        ThrownEvent.IsOf(Context) ? Task.FromResult(AuthenticateResult.NoResult()) : AuthenticateAsync();

    // The authenticator raises the events, also for the middleware.
    protected override Task<object> CreateEventsAsync() => _events;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        (Verdict verdict, AuthenticationTicket? ticket) =
            await authenticator.AuthenticateAsync(Context, Scheme.Name, _received, Logger);
        if (verdict.Status == VerdictStatus.None) return AuthenticateResult.NoResult();

        _verdict = verdict;
        return verdict.Accepted
            ? AuthenticateResult.Success(ticket ?? new AuthenticationTicket(
                TrustedPrincipal.Of(verdict.Assertion, Scheme.Name, Options.ClaimsIssuer), Scheme.Name))
            : SchemeResult.Reject(verdict.Code!.Value.ToWireName(), answersChallenge: true);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync(); // a challenge without authentication before it still gives the reason
        await RejectionResponse.WriteAsync(Context, _verdict is { Accepted: false } own ? FindAnswer(own) : _verdict);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ProblemResponse.WriteAsync(Context, StatusCodes.Status403Forbidden, ProblemResponse.Forbidden);

    // The challenge is of this scheme, but another may have come further with the request.
    private Verdict FindAnswer(in Verdict own)
    {
        TrustedRequestFeature answer = Context.Features.Get<TrustedRequestFeature>() is { } other && other.IsAhead(own)
            ? other
            : new TrustedRequestFeature(Scheme.Name, own);
        authenticator.SetAnswer(Context, answer.Scheme, answer.Verdict);
        authenticator.Answering(answer.Verdict, Logger);
        return answer.Verdict;
    }

    private async Task<bool> IsAcceptedByAnotherSchemeAsync()
    {
        foreach (TrustedAppsScheme other in schemes.Where(other => other.Name != Scheme.Name))
        {
            await Context.AuthenticateAsync(other.Name);
            // The feature, not the result: the other scheme may forward to a scheme that verifies no assertion.
            if (Context.Features.Get<TrustedRequestFeature>() is { Verdict.Accepted: true }) return true;
        }

        return false;
    }
}
