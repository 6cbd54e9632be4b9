using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Responses;
using TrustedApps.Hosting;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>Verifies requests for the authentication handler and for the middleware.</summary>
internal sealed class TrustedRequestAuthenticator(
    TrustedAppsProviders providers,
    RejectionLog rejections,
    KeyHeaderWatch keys,
    UsageWatch usage,
    IEnumerable<ITrustedRequestObserver> observers
)
{
    private const string ReasonKey = "trusted_apps.rejection.reason";

    private const string Strangers = "applications that are not trusted";

    private readonly ITrustedRequestObserver[] _observers = [.. observers];

    /// <summary>
    /// Verifies a request once for a scheme, raises its events, logs the verdict, and hands verified content to the
    /// application.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="scheme">The name of the scheme.</param>
    /// <param name="received">
    /// The trusted-application headers, if the caller has just read them; null otherwise.
    /// </param>
    /// <param name="logger">The log.</param>
    public async ValueTask<AuthenticatedRequest> AuthenticateAsync(
        HttpContext context,
        string scheme,
        ReceivedHeaders? received,
        ILogger logger
    )
    {
        TrustedRequestFeature? known = context.Features.Get<TrustedRequestFeature>();
        if (known?.Scheme == scheme) return new(known.Verdict, known.Ticket); // of the middleware, before the handler

        ReceivedHeaders headers = received ?? ReceivedHeaders.Read(context.Request.Headers);
        if (!headers.HasAssertion) // of such a request nothing else is read
        {
            if (headers.NamesVersion4) usage.NoteLostCert(context, logger);
            return new(Verdict.None);
        }

        if (ThrownEvent.IsOf(context)) return new(Verdict.None);

        TrustedAppsProvider provider = providers.Get(scheme);
        IncomingRequest request = RequestReader.Read(context, provider.PathPrefix) with { Received = headers };
        IUserResolver users = context.RequestServices.GetUserResolver(scheme);
        Verdict verdict;
        using (ReceivedCacheControl.Restore(context)) // the verifier sees the request as it arrived
        {
            verdict = await provider.Verifier.VerifyAsync(request, users, context.RequestAborted);
        }

        if (verdict.Status == VerdictStatus.None) return new(verdict);

        AuthenticationTicket? ticket = null;
        if (verdict.Accepted)
        {
            HandOver(context, verdict.Assertion);
            if (provider.Events.FindAuthenticated(context) is { } authenticated)
            {
                // Before the verdict is noted anywhere: an event that throws leaves the request unauthenticated.
                (verdict, ticket) =
                    await provider.Events.RaiseAuthenticatedAsync(authenticated, context, verdict);
            }
        }

        bool stays = known is { Verdict.Accepted: true } || (!verdict.Accepted && known?.IsAhead(verdict) == true);
        if (!stays) SetAnswer(context, scheme, verdict, ticket);
        keys.Note(context.Request, verdict);
        if (verdict.Accepted)
        {
            LogAcceptance(context, provider, verdict.Assertion, logger);
            if (provider.NeedsResolverWarning(verdict.Assertion, users))
            {
                logger.DeniesWithoutResolver(scheme, verdict.Assertion.Application.Id);
            }
        }
        else
        {
            LogRejection(context, scheme, provider, verdict, logger);
        }

        if (_observers.Length > 0) Notify(context, scheme, verdict);
        bool raisesRejected = verdict.Rejection is { Code: not ErrorCode.GrantNeeded };
        if (raisesRejected && provider.Events.FindRejected(context) is { } rejected)
        {
            await provider.Events.RaiseRejectedAsync(rejected, context, verdict);
        }

        return new(verdict, ticket);
    }

    /// <summary>Notes the answer to a rejected request: a warning where the Key header never arrives.</summary>
    public void Answering(in Verdict verdict, ILogger logger)
    {
        if (verdict.Rejection is not { Code: ErrorCode.GrantNeeded }) return;
        if (keys.NeedsWarning(verdict.ClaimedApplicationId!)) logger.KeyNeverArrives(verdict.ClaimedApplicationId!);
    }

    /// <summary>
    /// Makes a verdict the one that the response states and proves, in the place of the one before it.
    /// </summary>
    public void SetAnswer(
        HttpContext context, string scheme, in Verdict verdict, AuthenticationTicket? ticket = null)
    {
        context.Features.Set(new TrustedRequestFeature(scheme, verdict, ticket));
        if (context.Features.Get<ProvenBody>() is not { } body) return;
        body.IsRejected = !verdict.Accepted;
        if (verdict.Prover is not { } prover) return; // a proof that was demanded before is still due
        body.Demand(providers.Get(scheme).DemandOf(prover));
    }

    private static void HandOver(HttpContext context, VerifiedAssertion assertion)
    {
        if (assertion.Content is { } content)
        {
            context.Request.Body = content;
        }

        if (assertion.Version == ProtocolVersion.Version4)
        {
            context.Features.Set<IFormFeature>(null); // a form that was read before is not verified
            context.Features.Set<IHttpRequestTrailersFeature>(new EmptyTrailersFeature());
            context.Features.Set<IHttpUpgradeFeature>(null); // content after an upgrade is not bound
        }

        // A policy of output caching that has run already could not know the user.
        if (context.Features.Get<IOutputCacheFeature>() is { } cache) cache.Context.AllowCacheStorage = false;
    }

    private static void LogAcceptance(
        HttpContext context,
        TrustedAppsProvider provider,
        VerifiedAssertion assertion,
        ILogger logger
    )
    {
        if (provider.NeedsLegacyWarning(assertion))
        {
            logger.SpeaksVersion4(assertion.Application.Id, LogTime.Of(assertion.Application.Legacy!.Until));
        }

        if (logger.IsEnabled(LogLevel.Information) && provider.IsFirstOfDay(assertion))
        {
            logger.FirstAccepted(
                assertion.Application.Id,
                LogSanitizer.Sanitize(context.Request.Method),
                LogSanitizer.Sanitize(context.Request.PathBase + context.Request.Path),
                context.Connection.RemoteIpAddress,
                assertion.Version.Name
            );
        }

        if (assertion.Actors.Count > 0 && logger.IsEnabled(LogLevel.Information))
        {
            string actors = string.Join(", asked by ", assertion.Actors);
            bool isFirst = provider.Chains.IsFirst(assertion.Application.Id, actors);
            string method = LogSanitizer.Sanitize(context.Request.Method);
            logger.AcceptedForActors(
                isFirst ? LogLevel.Information : LogLevel.Debug,
                method,
                context.Connection.RemoteIpAddress,
                assertion.Application.Id,
                actors);
            return;
        }

        logger.Accepted(
            context.Request.Method,
            context.Connection.RemoteIpAddress,
            assertion.Application.Id,
            assertion.Version.Name
        );
    }

    private void LogRejection(
        HttpContext context,
        string scheme,
        TrustedAppsProvider provider,
        in Verdict verdict,
        ILogger logger
    )
    {
        Rejection rejection = verdict.Rejection!.Value;
        if (rejection.Code == ErrorCode.GrantNeeded)
        {
            logger.GrantNeeded(verdict.ClaimedApplicationId!); // usual after a start: the request comes again
            return;
        }

        if (!logger.IsEnabled(LogLevel.Warning)) return;

        IPAddress? address = context.Connection.RemoteIpAddress;
        // applications that are not trusted may use any number of ids and addresses
        RejectionKind kind = provider.Trusts(verdict.ClaimedApplicationId)
            ? new(scheme, $"'{verdict.ClaimedApplicationId}'", rejection.ToString(), rejection.ReasonId, address)
            : new(scheme, Strangers, rejection.ToString(), rejection.ReasonId, Address: null);
        if (!rejections.IsFirst(logger, kind)) return;

        using IDisposable? scope = logger.BeginScope(
            new KeyValuePair<string, object?>[] { new(ReasonKey, rejection.ReasonId) }
        );
        if (provider.NeedsRegistrationWarning(verdict))
        {
            logger.VersionNotRegistered(verdict.ClaimedApplicationId!, verdict.Version!.Name);
        }

        logger.Rejected(
            LogSanitizer.Sanitize(context.Request.Method),
            LogSanitizer.Sanitize(context.Request.PathBase + context.Request.Path), // the query may hold secrets
            address,
            LogSanitizer.Sanitize(verdict.ClaimedApplicationId),
            verdict.Version?.Name ?? "unknown",
            rejection.ToString(),
            verdict.RejectionDetail!);
    }

    private void Notify(HttpContext context, string scheme, in Verdict verdict)
    {
        HttpRequest request = context.Request;
        string path = (request.PathBase + request.Path).Value ?? "";
        var observed = new ObservedRequest(scheme, request.Method, path, context.Connection.RemoteIpAddress);
        foreach (ITrustedRequestObserver observer in _observers) observer.Observe(observed, verdict);
    }
}
