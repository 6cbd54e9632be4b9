using Samples;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.SignIn.TokenMirror;

namespace Tracker;

/// <summary>
/// The provider: an issue tracker that other applications ask on behalf of their users. An administrator makes trusts on
/// the pages at /trusted-apps; the configuration section TrustedApps may name some, too.
/// </summary>
public static class TrackerApplication
{
    public static WebApplication Create(string[] args)
    {
        WebApplicationBuilder builder = SampleHost.CreateBuilder(args);
        OwnApplication.Prepare(builder, id: "tracker:42", url: "http://127.0.0.1:5080");

        IConfigurationSection settings = builder.Configuration.GetSection(TrustedAppsDefaults.ConfigurationSection);
        settings["RejectOutright"] ??= "true"; // also for older versions: 401, rather than going on as anonymous

        builder.Services
            .AddAuthentication(Logins.Chain)
            .AddTrustedApps(settings)
            .AddLogins(builder)
            .AddTokenMirror(mirror =>
            {
                mirror.Schemes.Add(TrustedAppsDefaults.AuthenticationScheme);
                mirror.Entries.Add(new TokenMirrorEntry { Path = "/rest/token-auth/api/issues" });
            })
            .AddSampleStore(builder, "tracker")
            .AddAdministrator(builder, "tracker");
        builder.Services.AddLegacyVersions(); // spoken only where a trust names them
        builder.Services.AddTrustedAppsAdmin(admin => admin.Policy = Administrator.Policy);
        builder.Services.AddAuthorization();
        builder.Services.AddProblemDetails();
        builder.Services.AddHealthChecks().AddTrustedApps();
        builder.Services.AddSingleton<IssueStore>();
        ApiDocument.Add(builder.Services);
        CalendarClient.Add(builder);
        Metrics.Add(builder);

        WebApplication app = builder.Build();
        Metrics.Use(app);
        app.UseTokenMirror();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseTrustedAppsHeaderRemoval();

        app.MapTrustedAppCertificate();
        app.MapHealthChecks("/healthz");
        app.MapTrustedAppsAdmin();
        app.MapAdministrator();
        app.MapLogins();
        app.MapGet("/", FrontPage.Show);
        HtmlPage.MapStyle(app);
        IssuesApi.Map(app);
        ApiDocument.Map(app);
        CalendarClient.Map(app);
        return app;
    }
}
