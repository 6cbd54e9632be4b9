using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.SignIn.TokenMirror;
using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.SignIn.Tests.TokenMirror;

/// <summary>The tracker with a mirror, three schemes (trusted applications, JWT, cookies), and an endpoint that says who asked for what.</summary>
internal sealed class MirrorServer : IAsyncDisposable
{
    public const string Listed = "/rest/token-auth/api/content/7/child/attachment";
    public const string ListedTarget = "/rest/api/content/7/child/attachment";
    public const string Pattern = "/rest/token-auth/api/content/*/child/attachment";

    private KestrelServer? _server;

    public KestrelServer Http => _server!;

    /// <summary>What the endpoint of the API was asked for.</summary>
    public ConcurrentQueue<string> Reached { get; } = new();

    public IEnumerable<string> Refusals => Http.Logs.Ours.Where(line => line.Event.Name == "RefusedByScheme").Select(line => line.Message);

    public static async Task<MirrorServer> StartAsync(
        Action<TokenMirrorOptions>? configure = null,
        Action<WebApplicationBuilder>? services = null,
        Action<WebApplication>? before = null,
        Action<WebApplication>? between = null,
        Action<WebApplication, MirrorServer>? map = null,
        Action<TokenMirrorEntry>? entry = null,
        string defaultScheme = CookieAuthenticationDefaults.AuthenticationScheme,
        Entrance entrance = Entrance.Handler)
    {
        var mirror = new MirrorServer();
        var keys = new TestKeyFile(TestKeys.Tracker); // goes with the server
        using var wiki = new TestKeyFile(TestKeys.Wiki);
        mirror._server = await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddSingleton<IReplayCache>(Version4.NewMemory());
                builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
                builder.Services.AddAuthorization();
                AuthenticationBuilder authentication = builder.Services.AddAuthentication(defaultScheme)
                    .AddCookie()
                    .AddScheme<AuthenticationSchemeOptions, JwtHandler>(JwtHandler.Name, null)
                    .AddTrustedApps(options =>
                    {
                        options.Keys = keys.Path;
                        options.BaseUrls.Add(origin);
                        options.BaseUrls.Add(origin + "/app");
                        options.Applications.Add(Trust(wiki));
                    })
                    .AddTokenMirror(options =>
                    {
                        options.Schemes.Add(TrustedAppsDefaults.AuthenticationScheme);
                        options.Schemes.Add(JwtHandler.Name);
                        var attachments = new TokenMirrorEntry { Path = Pattern };
                        entry?.Invoke(attachments);
                        options.Entries.Add(attachments);
                        configure?.Invoke(options);
                    });
                services?.Invoke(builder);
            },
            app =>
            {
                before?.Invoke(app);
                app.UseTokenMirror();
                between?.Invoke(app);
                if (entrance == Entrance.Handler) app.UseAuthentication();
                else app.UseTrustedApps();
                app.UseAuthorization();
                app.Map("/login/{name}", SignInAsync);
                if (map is null) app.Map("/rest/api/{**path}", mirror.Reach).RequireAuthorization();
                else map(app, mirror);
            },
            owned: keys);
        return mirror;
    }

    /// <summary>The endpoint: how and as whom the request came, to which path, with how many cookies.</summary>
    public string Reach(HttpContext context)
    {
        Reached.Enqueue(context.Request.Path);
        return $"{context.User.Identity!.AuthenticationType} {context.User.Identity.Name} {context.Request.Path} {context.Request.Cookies.Count + context.Request.Headers.Cookie.Count}";
    }

    /// <summary>A request with a JWT, its target byte for byte.</summary>
    public Task<Answer> SendAsync(string target, string? token = null, string method = "GET", params IEnumerable<KeyValuePair<string, string>> more) =>
        RawHttp.SendAsync(Http.EndPoint, RawHttp.Request($"{method} {target}", Http.EndPoint.ToString(), [new("Authorization", "Bearer " + (token ?? JwtHandler.Issue())), .. more]));

    /// <summary>A request without any token.</summary>
    public Task<Answer> SendPlainAsync(string target, params IEnumerable<KeyValuePair<string, string>> headers) =>
        RawHttp.SendAsync(Http.EndPoint, RawHttp.Request($"GET {target}", Http.EndPoint.ToString(), headers));

    /// <summary>A valid cookie.</summary>
    public async Task<KeyValuePair<string, string>> LogInAsync(string name)
    {
        Answer answer = await Http.GetAsync($"/login/{name}");
        return new("Cookie", answer["Set-Cookie"]!.Split(';')[0]);
    }

    public ValueTask DisposeAsync() => Http.DisposeAsync();

    private static Task SignInAsync(HttpContext context, string name) => context.SignInAsync(
        CookieAuthenticationDefaults.AuthenticationScheme,
        new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], CookieAuthenticationDefaults.AuthenticationScheme)));

    private static TrustedApplicationOptions Trust(TestKeyFile wiki) => new()
    {
        CertificateFile = wiki.CertificatePath,
        Addresses = { "*" },
        Urls = { "*" },
        Legacy = new LegacyAccessOptions
        {
            Until = TimeProvider.System.GetUtcNow().AddDays(30),
            PublicKey = TestKeys.Wiki.PublicKey.ToBase64(),
            Addresses = { "*" },
            Urls = { "*" },
        },
    };
}
