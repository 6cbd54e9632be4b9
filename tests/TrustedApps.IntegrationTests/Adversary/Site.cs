using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Keys;
using TrustedApps.Replay;
using KestrelServer = TrustedApps.TestSupport.KestrelServer;

namespace TrustedApps.IntegrationTests.Adversary;

/// <summary>A provider, which can be restarted with other options and keeps its memory and its trusts.</summary>
internal sealed class Site(string id, int keySet, bool isHttp2, Ledger ledger, SteppedTime time) : IAsyncDisposable
{
    /// <summary>Content up to this length is buffered.</summary>
    public const int Buffered = 4096; // bytes

    private readonly TestKeyFile _file = new(KeysOf(id, keySet));
    private readonly InMemoryReplayCache _memory = new(new InMemoryReplayCacheOptions { IsNewInstallation = true }, time);
    private readonly string[] _names = ["Idempotency-Key", "If-Match", "X-Trace"];
    private KestrelServer? _server;

    public string Id => id;

    public string BaseUrl => $"https://{id}.example";

    public ApplicationKeys Keys { get; } = KeysOf(id, keySet);

    public InMemoryTrustStore Trusts { get; } = new();

    public string Origin => _server!.Origin;

    public Version HttpVersion => isHttp2 ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11;

    /// <summary>Whether content that is longer than the limit is proven.</summary>
    public bool HasTrailers => isHttp2;

    /// <summary>The headers that must be bound.</summary>
    public IReadOnlyList<string> RequiredHeaders { get; private set; } = [];

    public bool ConcealsTrusts { get; private set; }

    public async Task RestartAsync(bool concealsTrusts, IReadOnlyList<string> requiredHeaders)
    {
        if (_server is not null) await _server.DisposeAsync();
        (ConcealsTrusts, RequiredHeaders) = (concealsTrusts, requiredHeaders);
        _server = await KestrelServer.StartAsync(
            (builder, _) =>
            {
                builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.None);
                builder.Services.AddSingleton<TimeProvider>(time).AddSingleton<IReplayCache>(_memory).AddAuthorization();
                builder.Services.AddKeyedSingleton<ITrustStore>(TrustedAppsDefaults.AuthenticationScheme, Trusts);
                builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme).AddTrustedApps(options =>
                {
                    options.Keys = _file.Path;
                    options.BaseUrls.Add(BaseUrl);
                    options.MaxBufferedContent = Buffered;
                    options.ConcealTrusts = concealsTrusts;
                    foreach (string name in requiredHeaders) options.RequiredHeaders.Add(name);
                });
            },
            app =>
            {
                app.Use(WatchAsync);
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
                app.Map("/do", ExecuteAsync).RequireAuthorization();
                app.Map("/stream", ExecuteAsync).RequireAuthorization().StreamTrustedContent();
            },
            isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _memory.Dispose();
        _file.Dispose();
    }

    private static ApplicationKeys KeysOf(string id, int keySet) => ThrowAwayKeys.Of(id, keySet);

    private async Task WatchAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.Date = time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        try
        {
            await next(context);
        }
        catch (InvalidDataException) // the content that was streamed is another
        {
            ledger.Broke(CertOf(context));
            throw;
        }

        if (context.Features.Get<TrustedRequestFeature>()?.Verdict.Code is { } code) ledger.Refused(CertOf(context), code);
    }

    private static string CertOf(HttpContext context) => context.Request.Headers["X-Seraph-Trusted-App-Cert"].ToString();

    private async Task ExecuteAsync(HttpContext context)
    {
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content, context.RequestAborted);
        VerifiedAssertion assertion = context.Features.Get<TrustedRequestFeature>()!.Verdict.Assertion!;
        ledger.Executed(new Execution(
            id,
            CertOf(context),
            assertion.Application.Id,
            context.User.Identity!.Name,
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            content.ToArray(),
            context.Request.ContentType,
            _names.Where(context.Request.Headers.ContainsKey).ToDictionary(name => name, name => context.Request.Headers[name].ToString(), StringComparer.Ordinal),
            RequiredHeaders,
            assertion.Actors,
            assertion.Scopes,
            assertion.Application.Conditions.Scopes));
        await AnswerAsync(context);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        AnswerKind kind = Enum.Parse<AnswerKind>(context.Request.Query["k"].ToString());
        Truth answer = Truth.Of(id, context.Request.Query["m"].ToString(), kind);
        HttpResponse response = context.Response;
        (response.StatusCode, response.ContentType) = (answer.Status, answer.ContentType);
        if (answer.Location is not null) response.Headers.Location = answer.Location;
        int half = kind == AnswerKind.Flushed ? answer.Content.Length / 2 : 0;
        if (kind == AnswerKind.Flushed)
        {
            await response.Body.WriteAsync(answer.Content.AsMemory(0, half), context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);
        }

        if (answer.Content.Length > half) await response.Body.WriteAsync(answer.Content.AsMemory(half), context.RequestAborted);
    }
}
