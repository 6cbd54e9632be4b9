using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage;

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
        Action<TrustedAppsOptions>? scheme = null,
        bool mapsAdmin = true)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("trusted-apps-admin-");
        string keys = Path.Combine(folder.FullName, "keys.json");
        TestKeys.Tracker.Save(keys);
        KestrelServer server;
        try
        {
            server = await StartServerAsync();
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }

        return new AdminHost(folder, server);

        Task<KestrelServer> StartServerAsync() => KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddDataProtection().PersistKeysToFileSystem(folder.CreateSubdirectory("ring"));
                builder.Services.AddAuthorization(options => options.AddPolicy("admins", policy => policy.AddAuthenticationSchemes(UserScheme).RequireRole("admin")));
                builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme)
                    .AddScheme<AuthenticationSchemeOptions, CookieUser>(UserScheme, null)
                    .AddTrustedApps(options =>
                    {
                        (options.Keys, options.IsNewInstallation) = (keys, true);
                        options.BaseUrls.Add(origin);
                        scheme?.Invoke(options);
                    });
                builder.Services.AddTrustedAppsStore(store => store.Connection = Path.Combine(folder.FullName, "trust.db"));
                builder.Services.AddTrustedAppsAdmin(configure ?? (options => options.Policy = "admins"));
                services?.Invoke(builder.Services);
            },
            app =>
            {
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
                if (mapsAdmin) app.MapTrustedAppsAdmin();
                app.MapTrustedAppCertificate();
                TestProvider.MapWho(app);
                map?.Invoke(app);
            });
    }

    /// <summary>Puts a trust on record as the pages would.</summary>
    public Task<StoredTrust> TrustAsync(ApplicationKeys keys, string baseUrl, string? name = null) =>
        TrustAsync(CertificateRecord.Establish(keys.ToCertificate(name), BaseUrl.Parse(baseUrl), TimeProvider.System.GetUtcNow()));

    public Task<StoredTrust> TrustAsync(CertificateRecord record) => Store.Trusts.AddAsync(
        new TrustedApplication(record, new TrustConditions { Addresses = ["*"], Urls = ["/open"] }) { Name = record.Name }, "setup", TestContext.Current.CancellationToken);

    /// <summary>Writes down what was counted of requests, as it is done when the host stops.</summary>
    public Task WriteActivityAsync() =>
        Server.Services.GetServices<IHostedService>().Single(service => service.GetType().Name == "ActivityWriter").StopAsync(TestContext.Current.CancellationToken);

    /// <summary>Runs a statement on the database behind the application's back.</summary>
    public void Execute(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, "trust.db")}");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    /// <summary>Takes the tables away, as a database that was replaced by another one.</summary>
    public void BreakDatabase()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, "trust.db")}");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'trusted_apps%'";
        var tables = new List<string>();
        using (SqliteDataReader reader = command.ExecuteReader())
        {
            while (reader.Read()) tables.Add(reader.GetString(0));
        }

        foreach (string table in tables)
        {
            command.CommandText = $"DROP TABLE \"{table}\"";
            command.ExecuteNonQuery();
        }
    }

    public AdminClient Client(string? user = "ann:admin") => new(this, user);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
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
