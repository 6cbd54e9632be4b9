using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.TestSupport;

/// <summary>A provider: everything below /open is for everybody, everything below /closed for users; both say who asks.</summary>
internal static class TestProvider
{
    /// <summary>Starts one that trusts the wiki for everything, unless <paramref name="configure"/> adds trusts.</summary>
    public static Task<KestrelServer> StartAsync(
        Action<TrustedAppsOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null) => KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddSingleton<IReplayCache>(provider => Version4.NewMemory(provider.GetService<TimeProvider>()));
                builder.Services.AddAuthorization();
                builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme).AddTrustedApps(options =>
                {
                    configure?.Invoke(options);
                    if (options.BaseUrls.Count == 0) options.BaseUrls.Add(origin);
                    if (options.Applications.Count == 0) options.Applications.Add(Trust(TestKeys.Wiki));
                });
                services?.Invoke(builder.Services);
            },
            app =>
            {
                map?.Invoke(app);
                MapWho(app);
            });

    /// <summary>A trust that allows every address and URL, in these versions or in version 3.</summary>
    public static TrustedApplicationOptions Trust(ApplicationKeys keys, params string[] versions)
    {
        var trust = new TrustedApplicationOptions
        {
            Id = keys.Id,
            PublicKey = keys.PublicKey.ToBase64(),
            Addresses = { "*" },
            Urls = { "*" },
        };
        foreach (string version in versions) trust.Versions.Add(version);
        return trust;
    }

    /// <summary>A trust of the wiki for the paths below one.</summary>
    public static TrustedApplicationOptions TrustBelow(string pattern)
    {
        TrustedApplicationOptions trust = Trust(TestKeys.Wiki);
        trust.Urls[0] = pattern;
        return trust;
    }

    public static void MapWho(WebApplication app)
    {
        app.Map("/open/{**path}", Who);
        app.Map("/closed/{**path}", Who).RequireAuthorization();
    }

    public static string Who(HttpContext context) => context.User.Identity?.Name ?? "anonymous";
}
