using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Startup;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore;

/// <summary>The authentication handler: no headers of ours is no result, ours and bad is a failure.</summary>
internal sealed class TrustedAppsHandler(
    IOptionsMonitor<TrustedAppsOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TrustedAppsProviders providers, IEnumerable<TrustedAppsScheme> schemes)
    : AuthenticationHandler<TrustedAppsOptions>(options, loggers, encoder), IAuthenticationRequestHandler
{
    // The reason goes to the log and the response headers, not into an exception.
    private static readonly AuthenticateResult _refused = AuthenticateResult.Fail("The trusted request was refused.");

    private Verdict? _verdict; // of this scheme; a handler lives as long as its request

    /// <summary>Called for each request before anything else: refuses outright where that is asked for.</summary>
    public async Task<bool> HandleRequestAsync()
    {
        if (!Options.RefuseOutright) return false;

        AuthenticateResult result = await HandleAuthenticateOnceAsync();
        if (!ReferenceEquals(result, _refused) || await IsAcceptedByAnotherSchemeAsync()) return false;
        await HandleChallengeAsync(new AuthenticationProperties());
        return true;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        IncomingRequest request = RequestReader.Read(Context, Options.PathPrefix);
        Verdict verdict = await providers.Get(Scheme.Name).Verifier.VerifyAsync(request, FindUserResolver(), Context.RequestAborted);
        if (verdict.Status == VerdictStatus.None) return AuthenticateResult.NoResult();

        _verdict = verdict;
        bool isAcceptedAlready = Context.Features.Get<VerdictFeature>() is { Verdict.Accepted: true }; // by another scheme
        if (!isAcceptedAlready) Context.Features.Set(new VerdictFeature(verdict));
        if (!verdict.Accepted)
        {
            LogRefusal(verdict);
            return _refused;
        }

        Logger.Accepted(Request.Method, request.RemoteAddress, verdict.Assertion.Application.Id, verdict.Assertion.Version.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(TrustedPrincipal.Of(verdict.Assertion, Scheme.Name, Options.ClaimsIssuer), Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync(); // a challenge without a question before it still gives the reason
        if (_verdict is { Accepted: false } refused) Context.Features.Set(new VerdictFeature(refused)); // whoever else accepted, this scheme was asked
        string? code = _verdict?.Refusal?.ToString();

        Response.StatusCode = _verdict?.Refusal?.Code == ErrorCode.Unavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status401Unauthorized;
        Response.Headers.Append("WWW-Authenticate", code is null ? "TrustedApp" : $"TrustedApp error=\"{code}\"");
        await WriteProblemAsync(code is null ? "The request is not made by a trusted application." : $"The trusted request was refused: {code}.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return WriteProblemAsync("The user may not do this.");
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

    // From the request's scope, so that a resolver may use a database context.
    private IUserResolver FindUserResolver() =>
        Context.RequestServices.GetKeyedService<IUserResolver>(Scheme.Name)
        ?? Context.RequestServices.GetService<IUserResolver>()
        ?? UserResolvers.Everyone;

    private void LogRefusal(Verdict verdict)
    {
        if (!Logger.IsEnabled(LogLevel.Warning)) return;
        Refusal refusal = verdict.Refusal!.Value;
        Logger.Refused(
            Printable.Shorten(Request.Method),
            Printable.Shorten(Request.PathBase + Request.Path), // the query may hold secrets
            Context.Connection.RemoteIpAddress,
            Printable.Shorten(verdict.ClaimedApplicationId),
            verdict.Version?.Name ?? "unknown",
            refusal.ToString(),
            refusal.Detail);
    }

    private async Task WriteProblemAsync(string detail)
    {
        if (Context.RequestServices.GetService<IProblemDetailsService>() is not { } problems) return;
        await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = Context,
            ProblemDetails = { Status = Response.StatusCode, Detail = detail },
        });
    }
}
