using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.Hosting;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>The one way of a request through this package: the authentication handler and the middleware both take it.</summary>
internal sealed class TrustedRequestAuthenticator(TrustedAppsProviders providers, IEnumerable<ITrustedRequestObserver> observers)
{
    private readonly ITrustedRequestObserver[] _observers = [.. observers];

    /// <summary>Verifies a request once for a scheme, logs the verdict, and hands verified content to the application.</summary>
    /// <param name="context">The request.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="received">The headers, where the caller has just looked through them; null otherwise.</param>
    /// <param name="logger">The log.</param>
    public async ValueTask<Verdict> AuthenticateAsync(HttpContext context, string scheme, ReceivedHeaders? received, ILogger logger)
    {
        VerdictFeature? known = context.Features.Get<VerdictFeature>();
        if (known?.Scheme == scheme) return known.Verdict; // by the middleware, in front of the handler

        TrustedAppsProvider provider = providers.Get(scheme);
        IncomingRequest request = RequestReader.Read(context, provider.PathPrefix) with { Received = received };
        Verdict verdict = await provider.Verifier.VerifyAsync(request, SchemeUsers.FindResolver(context.RequestServices, scheme), context.RequestAborted);
        if (verdict.Status == VerdictStatus.None) return verdict;

        if (known is not { Verdict.Accepted: true }) context.Features.Set(new VerdictFeature(scheme, verdict)); // unless another scheme accepted
        if (verdict.Accepted) Accept(context, provider, verdict.Assertion, logger);
        else Reject(context, verdict, logger);
        if (_observers.Length > 0) Notify(context, scheme, verdict);
        return verdict;
    }

    private void Notify(HttpContext context, string scheme, in Verdict verdict)
    {
        HttpRequest request = context.Request;
        string path = (request.PathBase + request.Path).Value ?? "";
        var observed = new ObservedRequest(scheme, request.Method, path, context.Connection.RemoteIpAddress);
        foreach (ITrustedRequestObserver observer in _observers) observer.Observe(observed, verdict);
    }

    private static void Accept(HttpContext context, TrustedAppsProvider provider, VerifiedAssertion assertion, ILogger logger)
    {
        if (assertion.Content is { } content)
        {
            if (!ReferenceEquals(content, context.Request.Body)) context.Request.Body = content;
            context.Features.Set<IFormFeature>(null); // of what somebody read before
            context.Features.Set<IHttpRequestTrailersFeature>(new EmptyTrailersFeature());
            context.Features.Set<IHttpUpgradeFeature>(null); // what would come after an upgrade is not bound
        }

        if (provider.IsWorthWarning(assertion)) logger.SpeaksVersion4(assertion.Application.Id, assertion.Application.Legacy!.Until);
        logger.Accepted(context.Request.Method, context.Connection.RemoteIpAddress, assertion.Application.Id, assertion.Version.Name);
    }

    private static void Reject(HttpContext context, in Verdict verdict, ILogger logger)
    {
        if (!logger.IsEnabled(LogLevel.Warning)) return;

        Rejection refusal = verdict.Rejection!.Value;
        logger.Rejected(
            LogSanitizer.Sanitize(context.Request.Method),
            LogSanitizer.Sanitize(context.Request.PathBase + context.Request.Path), // the query may hold secrets
            context.Connection.RemoteIpAddress,
            LogSanitizer.Sanitize(verdict.ClaimedApplicationId),
            verdict.Version?.Name ?? "unknown",
            refusal.ToString(),
            refusal.Detail);
    }
}
