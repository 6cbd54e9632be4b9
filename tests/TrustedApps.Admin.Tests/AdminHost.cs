using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore;
using TrustedApps.EntityFrameworkCore;

namespace TrustedApps.Admin.Tests;

/// <summary>The tracker with a SQLite store and the administrator's pages. Who asks is said by a cookie: user=ann:admin.</summary>
internal sealed class AdminHost : IAsyncDisposable
{
    private const string UserScheme = "Users";

    private readonly DirectoryInfo _folder;

    private AdminHost(DirectoryInfo folder, KestrelServer server) => (_folder, Server) = (folder, server);

    public KestrelServer Server { get; }

    public string Origin => Server.Origin;

    public string Pages => Origin + "/trusted-apps";

    public TrustedAppsStore Store => Server.Services.GetRequiredService<TrustedAppsStore>();

    public static async Task<AdminHost> StartAsync(
        Action<TrustedAppsAdminOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null,
        Action<TrustedAppsOptions>? scheme = null)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("trusted-apps-admin-");
        string keys = Path.Combine(folder.FullName, "keys.json");
        TestKeys.Tracker.Save(keys);
        KestrelServer server = await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddSingleton<IReplayStore>(Version4.NewMemory());
                builder.Services.AddDataProtection().PersistKeysToFileSystem(folder.CreateSubdirectory("ring"));
                builder.Services.AddAuthorization(options => options.AddPolicy("admins", policy => policy.AddAuthenticationSchemes(UserScheme).RequireRole("admin")));
                builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme)
                    .AddScheme<AuthenticationSchemeOptions, CookieUser>(UserScheme, null)
                    .AddTrustedApps(options =>
                    {
                        options.Keys = keys;
                        options.BaseUrls.Add(origin);
                        scheme?.Invoke(options);
                    })
                    .AddTrustedAppsStore(store => store.Connection = Path.Combine(folder.FullName, "trust.db"));
                builder.Services.AddTrustedAppsAdmin(configure ?? (options => options.Policy = "admins"));
                services?.Invoke(builder.Services);
            },
            app =>
            {
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapTrustedAppsAdmin();
                app.MapTrustedAppCertificate();
                TestProvider.MapWho(app);
                map?.Invoke(app);
            });
        return new AdminHost(folder, server);
    }

    /// <summary>Puts a trust on record as the pages would.</summary>
    public async Task<StoredTrust> TrustAsync(ApplicationKeys keys, string baseUrl, string? name = null, Action<TrustedAppsStore>? then = null)
    {
        var record = CertificateRecord.Establish(keys.ToCertificate(name), BaseUrl.Parse(baseUrl), TimeProvider.System.GetUtcNow());
        var trust = new TrustedApplication(record, new TrustConditions { Addresses = ["*"], Urls = ["/open"] }) { Name = name ?? keys.Id };
        StoredTrust stored = await Store.Trusts.AddAsync(trust, "setup", TestContext.Current.CancellationToken);
        then?.Invoke(Store);
        return stored;
    }

    /// <summary>Writes down what was counted of requests, as it is done when the host stops.</summary>
    public Task WriteActivityAsync() =>
        Server.Services.GetServices<IHostedService>().Single(service => service.GetType().Name == "ActivityWriter").StopAsync(TestContext.Current.CancellationToken);

    public AdminClient Client(string? user = "ann:admin") => new(this, user);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    private sealed class CookieUser(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Cookies["user"] is not { } user) return Task.FromResult(AuthenticateResult.NoResult());
            string[] parts = user.Split(':');
            var identity = new ClaimsIdentity(Scheme.Name);
            if (parts[0].Length > 0) identity.AddClaim(new Claim(ClaimTypes.Name, parts[0]));
            if (parts.Length > 1) identity.AddClaim(new Claim(ClaimTypes.Role, parts[1]));
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
