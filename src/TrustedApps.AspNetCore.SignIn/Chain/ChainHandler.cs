using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.SignIn.Schemes;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.Chain;

/// <summary>Asks each link until one succeeds. A handler gives one answer a request, so no link is asked twice by its chain.</summary>
internal sealed class ChainHandler(IOptionsMonitor<ChainOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<ChainOptions>(options, loggers, encoder), IAuthenticationHandler, INotAToken
{
    public const string FailuresParameter = "TrustedApps.ChainFailures";

    private readonly AsyncLocal<bool> _isAsking = new();

    // Start-up sees chains that name each other, and not schemes that forward: that would go round until the process ends.
    Task<AuthenticateResult> IAuthenticationHandler.AuthenticateAsync() => _isAsking.Value
        ? throw new InvalidOperationException($"Chain '{Scheme.Name}' comes round to itself: one of its links forwards to it. Take that link out.")
        : AuthenticateAsync();

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        _isAsking.Value = true;
        List<ChainFailure>? failures = null;
        IncomingRequest? request = null;
        foreach (ChainLink link in Options.Definition.Links)
        {
            if (!link.IsEverywhere && !link.Covers(request ??= RequestReader.Read(Context, pathPrefix: ""))) continue;

            AuthenticateResult result = await Context.AuthenticateAsync(link.Scheme);
            if (result.Succeeded) return Succeed(result, failures);
            if (result.Failure is { } failure) (failures ??= []).AddRange(result.GetChainFailures() is { Count: > 0 } inner ? inner : [new ChainFailure(link.Scheme, failure)]);
        }

        return failures is null ? AuthenticateResult.NoResult() : Fail(failures);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        AuthenticateResult result = await HandleAuthenticateOnceSafeAsync();
        ChainFailure? refused = result.Succeeded ? null : result.GetChainFailures().FirstOrDefault(failure => failure.Failure is RejectedException { AnswersChallenge: true });
        if ((refused?.Scheme ?? Options.Definition.ChallengeScheme) is { } scheme)
        {
            await Context.ChallengeAsync(scheme, properties);
            return;
        }

        Response.StatusCode = StatusCodes.Status401Unauthorized;
        await RejectionResponse.WriteProblemAsync(Context, "Who asks is not known.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (Options.Definition.ForbidScheme is { } scheme) return Context.ForbidAsync(scheme, properties);

        Response.StatusCode = StatusCodes.Status403Forbidden;
        return RejectionResponse.WriteProblemAsync(Context, "The user may not do this.");
    }

    private AuthenticateResult Succeed(AuthenticateResult result, List<ChainFailure>? failures)
    {
        if (failures is null) return result;

        AuthenticationTicket ticket = result.Ticket!;
        failures.AddRange(result.GetChainFailures());
        Log(ticket.AuthenticationScheme, failures);
        AuthenticationProperties properties = ticket.Properties.Clone();
        properties.SetParameter<IReadOnlyList<ChainFailure>>(FailuresParameter, failures);
        return AuthenticateResult.Success(new AuthenticationTicket(ticket.Principal, properties, ticket.AuthenticationScheme));
    }

    // The first failure is the chain's: who asks for one gets that of the link that was asked first.
    private AuthenticateResult Fail(List<ChainFailure> failures)
    {
        Log("nobody", failures);
        var properties = new AuthenticationProperties();
        properties.SetParameter<IReadOnlyList<ChainFailure>>(FailuresParameter, failures);
        return AuthenticateResult.Fail(failures[0].Failure, properties);
    }

    private void Log(string answer, List<ChainFailure> failures)
    {
        if (!Logger.IsEnabled(LogLevel.Information)) return;
        Logger.LinksFailed(
            Scheme.Name,
            answer,
            LogSanitizer.Sanitize(Request.Method),
            LogSanitizer.Sanitize(Request.PathBase + Request.Path),
            Context.Connection.RemoteIpAddress,
            string.Join("; ", failures.Select(failure => $"{failure.Scheme}: {LogSanitizer.Sanitize(CodeOf(failure.Failure))}")));
    }

    private static string CodeOf(Exception failure) => failure is RejectedException refused ? refused.Code : failure.Message;
}
