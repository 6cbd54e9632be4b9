using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using TrustedApps.AspNetCore.Responses;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.Text;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// Sets the headers of each response to a trusted request, accepted or rejected: the outcome, those of
/// <see cref="PrivateResponse"/>, and the proof, if the assertion demands one (specification version-4.md, section 5).
/// </summary>
/// <remarks>
/// Callbacks before a response starts run in reverse order. This one is registered before the first middleware, so that
/// it runs after the callbacks of middleware in front of authentication, such as sessions. The body is replaced here,
/// too, below that of every middleware, such as compression: the proof is of the content that goes out.
/// </remarks>
internal sealed class TrustedResponseHeadersStartupFilter : IStartupFilter
{
    private const string ErrorHeader = "X-Seraph-Trusted-App-Error";

    private static readonly string[] _certNames = [.. AssertionHeaders.CertNames]; // read for every request

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static (context, next) =>
        {
            context.Response.OnStarting(static context => SetHeaders((HttpContext)context), context);
            if (!IsTrustedRequest(context.Request)) return next(context);

            ReceivedCacheControl.Replace(context);
            return MayDemandProof(context.Request) ? RunAsync(context, next) : next(context);
        });
        next(app);
    };

    private static bool IsTrustedRequest(HttpRequest request)
    {
        foreach (string name in _certNames)
        {
            if (request.Headers.ContainsKey(name)) return true;
        }

        return false;
    }

    private static bool MayDemandProof(HttpRequest request) =>
        request.Headers.TryGetValue("X-Seraph-Trusted-App-Version", out StringValues version)
        && version == ProtocolVersion.Version4.Name;

    private static async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var body = new ProvenBody(context);
        context.Features.Set<IHttpResponseBodyFeature>(body);
        context.Features.Set(body);
        try
        {
            await next(context);
            await body.FinishAsync();
        }
        catch (Exception) when (Note(context, isFailure: true))
        {
            throw; // never: the filter is there for the log alone
        }
        catch (Exception failure) when (body.TryFail(failure))
        {
            await CompleteAsync(body);
            throw; // the server logs it
        }
        finally
        {
            body.Release();
        }
    }

    private static async Task CompleteAsync(ProvenBody body)
    {
        try
        {
            await body.CompleteAsync();
        }
        catch (Exception failure) when (failure is ObjectDisposedException or OperationCanceledException or IOException)
        {
            // A callback before the start failed, and the server answers 500; or the client is gone.
        }
    }

    private static Task SetHeaders(HttpContext context)
    {
        Verdict? verdict = context.Features.Get<TrustedRequestFeature>()?.Verdict;
        if (context.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status302Found)
        {
            Note(context, isFailure: false);
        }

        RejectionResponse.RestoreStatus(context, verdict);
        SetHeaders(context.Response, verdict);
        ProvenBody? body = context.Features.Get<ProvenBody>();
        if (body is null || TryProve(body, context, verdict)) return Task.CompletedTask;

        context.RequestServices.GetService<ILogger<TrustedAppsHandler>>()?.ResponseNotProvable(
            LogSanitizer.Sanitize(context.Request.Method),
            LogSanitizer.Sanitize(context.Request.PathBase + context.Request.Path),
            verdict?.ClaimedApplicationId);
        body.Replace(StatusCodes.Status500InternalServerError);
        SetHeaders(context.Response, verdict);
        TryProve(body, context, verdict);
        return Task.CompletedTask;
    }

    private static bool Note(HttpContext context, bool isFailure)
    {
        if (context.RequestServices.GetService<ILogger<TrustedAppsHandler>>() is { } logger)
        {
            context.RequestServices.GetService<UsageWatch>()?.NoteUnusedAcceptance(context, isFailure, logger);
        }

        return false;
    }

    private static bool TryProve(ProvenBody body, HttpContext context, in Verdict? verdict) =>
        body.TryProve(verdict is { Accepted: false } ? context.Response.Headers[ErrorHeader].ToString() : null);

    private static void SetHeaders(HttpResponse response, in Verdict? verdict)
    {
        if (verdict is not { } known) return;

        foreach ((string name, string value) in known.GetResponseHeaders()) response.Headers[name] = value;
        PrivateResponse.SetHeaders(response);
    }
}
