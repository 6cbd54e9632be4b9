using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.Requests;
using TrustedApps.Keys;
using TrustedApps.Replay;

namespace TrustedApps.AspNetCore.Tests.Reload;

/// <summary>The tracker with its trusts in a file, which is read again when it changes.</summary>
internal sealed class ReloadedTracker : IAsyncDisposable
{
    private readonly ScratchFolder _folder;
    private KestrelServer? _server;

    private ReloadedTracker(ScratchFolder folder) => _folder = folder;

    public KestrelServer Server => _server!;

    public string SettingsFile => _folder.PathOf("appsettings.json");

    public IEnumerable<LogLine> Reloads => LinesOf("ConfigurationReloaded");

    public IEnumerable<LogLine> Problems => LinesOf("ConfigurationNotUsed");

    public ConfigurationReload Status => Server.Services.GetRequiredService<ConfigurationReload>();

    /// <summary>Starts it with these trusts.</summary>
    public static async Task<ReloadedTracker> StartAsync(
        IEnumerable<JsonObject> trusts,
        Action<IServiceCollection>? services = null,
        Action<AuthenticationBuilder, IConfiguration>? schemes = null,
        Action<WebApplicationBuilder>? before = null)
    {
        var folder = new ScratchFolder();
        foreach (ApplicationKeys keys in (ApplicationKeys[])[TestKeys.Wiki, TestKeys.Blog]) File.WriteAllBytes(folder.PathOf($"{keys.Id}.certificate"), keys.ToCertificate().ToBytes());
        TestKeys.Tracker.Save(folder.PathOf("keys.json"));
        var tracker = new ReloadedTracker(folder);
        tracker.Write(trusts);
        tracker._server = await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                before?.Invoke(builder);
                builder.Configuration.AddJsonFile(source =>
                {
                    source.Path = tracker.SettingsFile;
                    source.ReloadOnChange = true;
                    source.ReloadDelay = 50;
                    source.ResolveFileProvider();
                });
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["Authentication:Schemes:TrustedApps:BaseUrls:0"] = origin,
                    ["Authentication:Schemes:TrustedApps:Keys"] = folder.PathOf("keys.json"),
                });
                builder.Services.AddSingleton<IReplayCache>(Version4.NewMemory());
                builder.Services.AddAuthorization();
                AuthenticationBuilder authentication = builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme);
                if (schemes is null) authentication.AddTrustedApps();
                else schemes(authentication, builder.Configuration);
                services?.Invoke(builder.Services);
            },
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                TestProvider.MapWho(app);
            });
        return tracker;
    }

    /// <summary>A trust by the certificate file of an application, for every address and URL.</summary>
    public static JsonObject Trust(ApplicationKeys keys, Action<JsonObject>? configure = null)
    {
        var trust = new JsonObject
        {
            ["CertificateFile"] = $"{keys.Id}.certificate",
            ["Addresses"] = new JsonArray("*"),
            ["Urls"] = new JsonArray("*"),
        };
        configure?.Invoke(trust);
        return trust;
    }

    /// <summary>A trust by URL and fingerprint.</summary>
    public static JsonObject Fetched(string url, ApplicationKeys keys, Action<JsonObject>? configure = null)
    {
        var trust = new JsonObject
        {
            ["CertificateUrl"] = url,
            ["Fingerprint"] = Version4.FingerprintOf(keys),
            ["Addresses"] = new JsonArray("*"),
            ["Urls"] = new JsonArray("*"),
        };
        configure?.Invoke(trust);
        return trust;
    }

    /// <summary>Writes the file with these trusts, in one step.</summary>
    public void Write(IEnumerable<JsonObject> trusts, Action<JsonObject>? configure = null)
    {
        var scheme = new JsonObject { ["Applications"] = ArrayOf(trusts) };
        configure?.Invoke(scheme);
        Write(new JsonObject { ["Authentication"] = new JsonObject { ["Schemes"] = new JsonObject { ["TrustedApps"] = scheme } } }.ToJsonString());
    }

    public JsonArray ArrayOf(IEnumerable<JsonObject> trusts) => [.. trusts.Select(trust =>
    {
        var copy = (JsonObject)trust.DeepClone();
        if (copy["CertificateFile"] is { } file) copy["CertificateFile"] = _folder.PathOf(file.GetValue<string>());
        return (JsonNode)copy;
    })];

    public void Write(string json)
    {
        _folder.Write("appsettings.new", json);
        File.Move(_folder.PathOf("appsettings.new"), SettingsFile, overwrite: true);
    }

    public string PathOf(string file) => _folder.PathOf(file);

    /// <summary>The trust that is in use for an application.</summary>
    public TrustedApplication? Find(string id, string scheme = "TrustedApps") =>
        Server.Services.GetRequiredService<TrustedAppsProviders>().Get(scheme).Configured.Find(id);

    public async Task<string?> CodeAsync(ApplicationKeys keys, string path = "/closed") => (await Server.Trusted(path, keys: keys).SendAsync()).Code;

    public Task UntilAsync(string code, ApplicationKeys keys, string path = "/closed") => UntilAsync(async () => await CodeAsync(keys, path) == code, $"no {code} for {keys.Id}");

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, what);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    private IEnumerable<LogLine> LinesOf(string name) => Server.Logs.Lines.Where(line => line.Event.Name == name);
}
