using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// What every response to a trusted request carries, accepted or refused: the outcome, nothing for shared caches
/// (RFC 9111 section 3.5 knows only Authorization), and no cookie: a trusted request never leaves a session behind.
/// What is <see cref="NoStoreFeature"/> has no outcome, and the rest of it.
/// </summary>
/// <remarks>
/// Callbacks before a response starts run in reverse order. This one is given before the first middleware, so it has
/// the last word, also over those that stand in front of authentication, as sessions do.
/// </remarks>
internal sealed class TrustedResponseHeadersStartupFilter : IStartupFilter
{
    private const string NotStored = "no-store, private";

    private static readonly string[] _certNames = [.. AssertionHeaders.CertNames]; // walked for every request, trusted or not

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static (context, next) =>
        {
            context.Response.OnStarting(static context => SetHeaders((HttpContext)context), context);
            KeepFromResponseCaching(context.Request.Headers);
            return next(context);
        });
        next(app);
    };

    // Response caching middleware decides at the first write, before SetHeaders, and by Authorization, which these
    // requests lack. What it heeds is the request.
    private static void KeepFromResponseCaching(IHeaderDictionary request)
    {
        foreach (string name in _certNames)
        {
            if (request.ContainsKey(name)) request.CacheControl = "no-cache, no-store";
        }
    }

    private static Task SetHeaders(HttpContext context)
    {
        VerdictFeature? feature = context.Features.Get<VerdictFeature>();
        if (feature is null && context.Features.Get<NoStoreFeature>() is null) return Task.CompletedTask;

        IHeaderDictionary headers = context.Response.Headers;
        if (feature is not null)
        {
            foreach ((string name, string value) in feature.Verdict.GetResponseHeaders()) headers[name] = value;
        }

        StringValues stated = headers.CacheControl;
        if (stated.Count == 0 || !ForbidsStoring(stated.ToString())) headers.CacheControl = NotStored;
        headers.Remove("CDN-Cache-Control"); // RFC 9213: for the caches that heed it, it would override the other
        headers.Remove("Surrogate-Control"); // its forerunner
        headers.Remove(HeaderNames.SetCookie);
        return Task.CompletedTask;
    }

    private static bool ForbidsStoring(string cacheControl) =>
        CacheControlHeaderValue.TryParse(cacheControl, out CacheControlHeaderValue? parsed) && parsed is { NoStore: true, Private: true };
}
