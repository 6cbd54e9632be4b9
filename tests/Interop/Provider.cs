using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore;
using TrustedApps.Replay;

namespace TrustedApps.Interop.Tests;

/// <summary>A provider on a real socket that trusts one foreign application, one version a trust.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Provider(WebApplication app, ConcurrentQueue<string> refusals) => (_app, Refusals) = (app, refusals);

    public string BaseUrl => _app.Urls.Single();

    public ConcurrentQueue<string> Refusals { get; }

    public static async Task<Provider> StartAsync(string applicationId, string publicKey, string version)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        string url = $"http://127.0.0.1:{FreePort()}";
        builder.WebHost.UseUrls(url);
        var refusals = new ConcurrentQueue<string>();
        builder.Logging.ClearProviders().AddProvider(new RefusalLog(refusals));

        builder.Services.AddSingleton(UserResolvers.List(["fred", "barney", "жанна"], denied: ["wilma"]));
        builder.Services.AddLegacyVersions();
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton<IReplayCache>(new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }));
        builder.Services.AddAuthentication().AddTrustedApps(options =>
        {
            options.BaseUrls.Add(url);
            var application = new TrustedApplicationOptions { Id = applicationId, PublicKey = publicKey };
            application.Versions.Add(version);
            application.Addresses.Add("127.0.0.1");
            application.Urls.Add("/rest");
            foreach (string method in (string[])["GET", "HEAD", "POST"]) application.Methods.Add(method);
            options.Applications.Add(application);
        });

        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.Map("/rest/{**path}", (ClaimsPrincipal user) => user.Identity!.Name).RequireAuthorization(policy => policy
            .AddAuthenticationSchemes(TrustedAppsDefaults.AuthenticationScheme).RequireAuthenticatedUser());
        await app.StartAsync();
        return new Provider(app, refusals);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class RefusalLog(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == "Refused" || logLevel >= LogLevel.Error) lines.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
