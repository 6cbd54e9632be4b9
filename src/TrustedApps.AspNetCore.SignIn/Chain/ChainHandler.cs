using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.AspNetCore.SignIn.Schemes;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.SignIn.Chain;

/// <summary>
/// Calls each scheme until one succeeds, or knows a name and cannot look up the user now. A handler has one result for
/// each request, so no scheme runs twice.
/// </summary>
internal sealed class ChainHandler(IOptionsMonitor<ChainOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<ChainOptions>(options, loggers, encoder), IAuthenticationHandler
{
    public const string FailuresParameter = "TrustedApps.ChainFailures";

    private readonly AsyncLocal<bool> _isRunning = new();

    // ChainValidator finds chains that call each other. It does not find schemes that forward to the chain, which would
    // call each other without end.
    Task<AuthenticateResult> IAuthenticationHandler.AuthenticateAsync() =>
        _isRunning.Value
            ? throw new InvalidOperationException(
                $"Chain '{Scheme.Name}' calls itself: one of its schemes forwards to it. Remove that scheme from the chain."
            )
            : AuthenticateAsync();

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        _isRunning.Value = true;
        List<ChainFailure>? failures = null;
        IncomingRequest? request = null;
        foreach (ChainLink link in Options.Definition.Links)
        {
            if (!link.IsEverywhere && !link.Covers(request ??= RequestReader.Read(Context))) continue;

            AuthenticateResult result = await Context.AuthenticateAsync(link.Scheme);
            if (result.Succeeded) return Succeed(result, failures);
            if (result.Failure is not { } failure) continue;
            IReadOnlyList<ChainFailure> nested = result.GetChainFailures();
            IReadOnlyList<ChainFailure> all = nested.Count > 0 ? nested : [new ChainFailure(link.Scheme, failure)];
            if (failure is RejectedException rejected && rejected.Code == RejectionCodes.Unavailable)
            {
                return Fail([.. all, .. failures ?? []]); // a later link could log in another user than this one names
            }

            (failures ??= []).AddRange(all);
        }

        return failures is null ? AuthenticateResult.NoResult() : Fail(failures);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        AuthenticateResult result = await HandleAuthenticateOnceSafeAsync();
        if ((FindAnswering(result) ?? Options.Definition.ChallengeScheme) is { } scheme)
        {
            await Context.ChallengeAsync(scheme, properties);
            return;
        }

        await ProblemResponse.WriteAsync(Context, StatusCodes.Status401Unauthorized, ProblemResponse.Unauthenticated);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Options.Definition.ForbidScheme is { } scheme
            ? Context.ForbidAsync(scheme, properties)
            : ProblemResponse.WriteAsync(Context, StatusCodes.Status403Forbidden, ProblemResponse.Forbidden);

    private static string? FindAnswering(AuthenticateResult result) =>
        result.Succeeded
            ? null
            : result
                .GetChainFailures()
                .FirstOrDefault(failure => failure.Failure is RejectedException { AnswersChallenge: true })
                ?.Scheme;

    private AuthenticateResult Succeed(AuthenticateResult result, List<ChainFailure>? failures)
    {
        if (failures is null) return result;

        AuthenticationTicket ticket = result.Ticket!;
        failures.AddRange(result.GetChainFailures());
        Log(ticket.AuthenticationScheme, failures);
        AuthenticationProperties properties = ticket.Properties.Clone();
        properties.SetParameter<IReadOnlyList<ChainFailure>>(FailuresParameter, failures);
        return AuthenticateResult.Success(
            new AuthenticationTicket(ticket.Principal, properties, ticket.AuthenticationScheme)
        );
    }

    // The failure of the chain is that of the scheme that was called first, or that could not look up its user.
    private AuthenticateResult Fail(List<ChainFailure> failures)
    {
        Log("no scheme", failures);
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
            string.Join(
                "; ",
                failures.Select(failure => $"{failure.Scheme}: {LogSanitizer.Sanitize(CodeOf(failure.Failure))}")
            )
        );
    }

    private static string CodeOf(Exception failure) =>
        failure is RejectedException rejected ? rejected.Code : failure.Message;
}
