using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// What every response to a trusted request carries, accepted or refused: the outcome, nothing for shared caches
/// (RFC 9111 section 3.5 knows only Authorization), and no cookie: a trusted request never leaves a session behind.
/// </summary>
internal static class ResponseRules
{
    private const string NotStored = "no-store, private";

    public static void Apply(HttpContext context, Verdict verdict) =>
        context.Response.OnStarting(static state => SetHeaders((State)state), new State(context.Response, verdict));

    private static Task SetHeaders(State state)
    {
        IHeaderDictionary headers = state.Response.Headers;
        foreach ((string name, string value) in state.Verdict.GetResponseHeaders()) headers[name] = value;

        if (!ForbidsStoring(headers.CacheControl.ToString())) headers.CacheControl = NotStored;
        headers.Remove(HeaderNames.SetCookie);
        return Task.CompletedTask;
    }

    private static bool ForbidsStoring(string cacheControl) =>
        CacheControlHeaderValue.TryParse(cacheControl, out CacheControlHeaderValue? parsed) && parsed is { NoStore: true, Private: true };

    private sealed record State(HttpResponse Response, Verdict Verdict);
}
