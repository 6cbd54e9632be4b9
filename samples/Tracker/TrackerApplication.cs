using Samples;
using TrustedApps;
using TrustedApps.AspNetCore;

namespace Tracker;

/// <summary>
/// The provider: an issue tracker that other applications ask on behalf of their users. Whom it trusts, and with what,
/// comes from the configuration section TrustedApps; without one it trusts nobody.
/// </summary>
public static class TrackerApplication
{
    public static WebApplication Create(string[] args)
    {
        WebApplicationBuilder builder = SampleHost.CreateBuilder(args);
        OwnApplication.Prepare(builder, id: "tracker:42", keyFile: "tracker-keys.json", url: "http://127.0.0.1:5080");

        IConfigurationSection settings = builder.Configuration.GetSection(TrustedAppsDefaults.ConfigurationSection);
        settings["RefuseOutright"] ??= "true"; // also for older versions: 401, rather than going on as anonymous

        builder.Services.AddAuthentication(TrustedAppsDefaults.AuthenticationScheme).AddTrustedApps(settings);
        builder.Services.AddAuthorization();
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton(UserResolvers.List(Users.All, denied: [Users.Wilma]));
        builder.Services.AddSingleton<IReplayStore>(new ReplayMemory(new ReplayMemoryOptions { IsNewInstallation = FirstStart.Record(settings["Keys"]!) }));
        builder.Services.AddSingleton<IssueStore>();

        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseTrustedAppsHeaderRemoval();

        app.MapTrustedAppCertificate();
        app.MapGet("/", (HttpContext context, [FromKeyedServices(TrustedAppsDefaults.AuthenticationScheme)] IKeyStore own) => FrontPage.Show(context, own.Keys));
        HtmlPage.MapStyle(app);
        IssuesApi.Map(app);
        return app;
    }
}
