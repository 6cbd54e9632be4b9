using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TrustedApps.IntegrationTests;

/// <summary>What a server was sent.</summary>
internal sealed class RequestLog
{
    private readonly ConcurrentQueue<SeenRequest> _seen = new();

    public SeenRequest[] Seen => [.. _seen];

    /// <summary>Records every request of a provider, before anything else looks at it.</summary>
    public void Watch(WebApplication app)
    {
        WatchAlone(app);
        app.UseAuthentication();
        app.UseAuthorization();
    }

    /// <summary>Records every request; whoever calls this says what comes after.</summary>
    public void WatchAlone(WebApplication app) => app.Use(RecordAsync);

    /// <summary>Those that came with an assertion: all but fetches of certificates.</summary>
    public SeenRequest[] Trusted => [.. _seen.Where(request => request.Cert is not null)];

    /// <summary>Starts a server that is no provider.</summary>
    public Task<KestrelServer> StartServerAsync(Action<WebApplication>? map = null) => KestrelServer.StartAsync(
        (_, _) => { },
        app =>
        {
            app.Use(RecordAsync);
            map?.Invoke(app);
            app.MapFallback("{**path}", () => "nothing to see");
        });

    private async Task RecordAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.EnableBuffering();
        using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
        string body = await reader.ReadToEndAsync(context.RequestAborted);
        context.Request.Body.Position = 0;

        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _seen.Enqueue(new SeenRequest(context.Request.Method, target, headers, body));
        await next(context);
    }
}

/// <summary>A request as a server saw it.</summary>
internal sealed record SeenRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Cert => this["X-Seraph-Trusted-App-Cert"] ?? this["X-Trusted-App-Cert"];

    /// <summary>The names of our headers that came along.</summary>
    public IEnumerable<string> TrustedHeaders => Headers.Keys.Where(name => name.Contains("Trusted-App", StringComparison.OrdinalIgnoreCase));

    public string? this[string name] => Headers.GetValueOrDefault(name);
}
