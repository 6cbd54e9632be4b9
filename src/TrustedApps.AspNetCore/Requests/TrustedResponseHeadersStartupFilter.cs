using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// Sets the headers of each response to a trusted request, accepted or rejected: the outcome, and those of
/// <see cref="PrivateResponse"/>.
/// </summary>
/// <remarks>
/// Callbacks before a response starts run in reverse order. This one is registered before the first middleware, so that
/// it runs after the callbacks of middleware in front of authentication, such as sessions.
/// </remarks>
internal sealed class TrustedResponseHeadersStartupFilter : IStartupFilter
{
    private static readonly string[] _certNames = [.. AssertionHeaders.CertNames]; // read for every request

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static (context, next) =>
        {
            context.Response.OnStarting(static context => SetHeaders((HttpContext)context), context);
            if (IsTrustedRequest(context.Request)) PrivateResponse.ForbidResponseCaching(context.Request);
            return next(context);
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

    private static Task SetHeaders(HttpContext context)
    {
        if (context.Features.Get<TrustedRequestFeature>() is not { } feature) return Task.CompletedTask;

        foreach ((string name, string value) in feature.Verdict.GetResponseHeaders())
        {
            context.Response.Headers[name] = value;
        }

        PrivateResponse.SetHeaders(context.Response);
        return Task.CompletedTask;
    }
}
