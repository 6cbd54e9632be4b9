using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.Interop.Tests;

/// <summary>A provider on a real socket that trusts foreign applications of version 4.</summary>
internal sealed class JoseProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private JoseProvider(WebApplication app, DirectoryInfo folder) => (_app, _folder) = (app, folder);

    public static ApplicationKeys Keys { get; } = ThrowAwayKeys.Of("tracker:42", 3);

    public static JsonNode Certificate { get; } = JsonNode.Parse(Keys.ToCertificateAsync().AsTask().Result.ToBytes())!;

    public string BaseUrl => _app.Urls.Single();

    /// <summary>Starts it, set as the peer describes under this name; at a time that stands still, or by the system's clock.</summary>
    public static async Task<JoseProvider> StartAsync(IEnumerable<JsonNode> applications, string setting, DateTimeOffset? now = null)
    {
        JsonNode settings = await JosePeer.AskAsync("settings", new { });
        JsonNode conditions = settings["settings"]![setting]!;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("trusted-apps-");
        string keyFile = Path.Combine(folder.FullName, "keys.json");
        Keys.Save(keyFile);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        string url = $"http://127.0.0.1:{FreePort()}";
        builder.WebHost.UseUrls(url);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IReplayCache>(new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }));
        builder.Services.AddSingleton(UserResolvers.Everyone);
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication().AddTrustedApps(options =>
        {
            options.BaseUrls.Add(url);
            if (now is { } time) options.TimeProvider = new FakeTimeProvider(time); // variants age by the second
            options.Keys = keyFile;
            options.RejectOutright = true; // also what names another version
            foreach (string name in TextsOf(settings["requiredHeaders"])) options.RequiredHeaders.Add(name);
            foreach (JsonNode application in applications)
            {
                string file = Path.Combine(folder.FullName, $"{Guid.NewGuid()}.certificate");
                File.WriteAllText(file, application["certificate"]!.ToJsonString(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                var trust = new TrustedApplicationOptions
                {
                    CertificateFile = file,
                    AllowSelf = conditions["allowSelf"]!.GetValue<bool>(),
                    AllowUnboundContent = conditions["allowUnboundContent"]!.GetValue<bool>(),
                    AllowDelegation = conditions["allowDelegation"]!.GetValue<bool>(),
                    DelegatedFrom = conditions["delegatedFrom"] is { } from ? [.. TextsOf(from)] : null,
                };
                foreach (string scope in TextsOf(conditions["scopes"])) trust.Scopes.Add(scope);
                trust.Addresses.Add("127.0.0.1");
                trust.Urls.Add("*");
                options.Applications.Add(trust);
            }
        });

        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.Run(ServeAsync);
        await app.StartAsync();
        return new JoseProvider(app, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    // Mostly the user's name, to any sender: version 4 is refused before it gets here.
    private static async Task ServeAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        switch (context.Request.Path.Value)
        {
            case "/empty":
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case "/redirect":
                context.Response.Redirect("/elsewhere?x=1");
                break;
            case "/fails":
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                await context.Response.WriteAsync("failed");
                break;
            case "/typed":
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("{}");
                break;
            case "/streamed":
                await context.Response.WriteAsync("first");
                await context.Response.Body.FlushAsync();
                await context.Response.WriteAsync("second");
                break;
            case "/actors":
                await context.Response.WriteAsync($"{ClaimsOf(context, TrustedAppsClaimTypes.Actor)};{ClaimsOf(context, TrustedAppsClaimTypes.Scope)}");
                break;
            default:
                await context.Response.WriteAsync(context.User.Identity?.Name ?? "");
                break;
        }
    }

    private static string ClaimsOf(HttpContext context, string type) => string.Join(',', context.User.FindAll(type).Select(claim => claim.Value));

    private static IEnumerable<string> TextsOf(JsonNode? list) => list?.AsArray().Select(text => text!.GetValue<string>()) ?? [];

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
