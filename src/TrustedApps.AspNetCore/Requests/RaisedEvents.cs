using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>Raises the events of one scheme.</summary>
internal sealed class RaisedEvents(string scheme, TrustedAppsOptions options)
{
    /// <summary>Returns the events of an accepted request; null if it raises none.</summary>
    public TrustedAppsEvents? FindAuthenticated(HttpContext context) =>
        Find(context) is { HandlesAuthenticated: true } events ? events : null;

    /// <summary>Returns the events of a rejected request; null if it raises none.</summary>
    public TrustedAppsEvents? FindRejected(HttpContext context) =>
        Find(context) is { HandlesRejected: true } events ? events : null;

    /// <summary>Raises the event of an accepted request, which may reject it.</summary>
    public async Task<AuthenticatedRequest> RaiseAuthenticatedAsync(
        TrustedAppsEvents events, HttpContext context, Verdict verdict)
    {
        VerifiedAssertion assertion = verdict.Assertion!;
        var raised = new TrustedAppAuthenticatedContext(
            context, await FindSchemeAsync(context), options, assertion)
        {
            Principal = TrustedPrincipal.Of(assertion, scheme, options.ClaimsIssuer),
        };
        try
        {
            await events.Authenticated(raised);
            if (raised.Result is null or { Succeeded: true })
            {
                return new(verdict, raised.Result?.Ticket ?? CreateTicket(raised));
            }
        }
        catch
        {
            ThrownEvent.Note(context);
            throw;
        }

        string detail = raised.Result.Failure?.Message ?? "it has no result";
        return new(verdict.ToRejected(detail));
    }

    /// <summary>Raises the event of a rejected request.</summary>
    public async Task RaiseRejectedAsync(TrustedAppsEvents events, HttpContext context, Verdict verdict)
    {
        var raised = new TrustedAppRejectedContext(context, await FindSchemeAsync(context), options, verdict);
        try
        {
            await events.Rejected(raised);
        }
        catch
        {
            ThrownEvent.Note(context);
            throw;
        }
    }

    private AuthenticationTicket CreateTicket(TrustedAppAuthenticatedContext raised) =>
        raised.Principal is { } principal
            ? new AuthenticationTicket(principal, raised.Properties, scheme)
            : throw new InvalidOperationException(
                $"Scheme '{scheme}': the OnAuthenticated event has set Principal to null. To reject the request, call Fail with the reason.");

    private TrustedAppsEvents Find(HttpContext context) => options.EventsType is { } type
        ? (TrustedAppsEvents)context.RequestServices.GetRequiredService(type)
        : options.Events;

    private async Task<AuthenticationScheme> FindSchemeAsync(HttpContext context) =>
        await context.RequestServices.GetRequiredService<IAuthenticationSchemeProvider>().GetSchemeAsync(scheme)
        ?? throw new InvalidOperationException($"The authentication scheme '{scheme}' was removed.");
}
