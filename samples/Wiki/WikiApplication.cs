using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using Samples;
using TrustedApps;
using TrustedApps.AspNetCore;
using TrustedApps.Keys;

namespace Wiki;

/// <summary>
/// The consumer: a wiki whose pages show issues of the tracker, each user the ones that this user may see. The tracker
/// needs no password and no session of that user: it trusts this application.
/// </summary>
public static class WikiApplication
{
    // Stands for a real login: whoever comes picks a name.
    private static readonly string[] _users = ["admin", "fred", "barney", "wilma"];

    public static WebApplication Create(string[] args)
    {
        WebApplicationBuilder builder = SampleHost.CreateBuilder(args);
        OwnApplication.Prepare(builder, id: "wiki:8731", url: "http://127.0.0.1:5081");

        IConfigurationSection tracker = builder.Configuration.GetSection("Tracker");
        tracker["BaseUrl"] ??= "http://127.0.0.1:5080";
        builder.Services
            .AddHttpClient<TrackerClient>(http =>
            {
                http.BaseAddress = new Uri(tracker["BaseUrl"] + "/");
                http.Timeout = TimeSpan.FromSeconds(10);
                http.MaxResponseContentBufferSize = 1_000_000;
            })
            .AddTrustedApp((options, services) =>
            {
                tracker.Bind(options);
                options.KeyStore = services.GetRequiredKeyedService<IKeyStore>(TrustedAppsDefaults.AuthenticationScheme); // as below
                options.ThrowOnRejection = true;
            });
        builder.Services.AddLegacyVersions(); // spoken only where a trust, or Tracker:Version, names them
        builder.Services.AddSingleton(UserResolvers.List(_users)); // if an administrator trusts an application here
        builder.Services.AddTransient<TrackerMacros>();
        builder.Services.AddTransient<WikiText>();

        // People log in with a cookie. The second scheme serves the certificate; no application is trusted here. Which tracker
        // is asked, an administrator has compared and added on the pages at /trusted-apps, or the section Tracker says.
        builder.Services
            .AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            // Behind a proxy that ends TLS, set Cookie.SecurePolicy to Always, here and for antiforgery.
            .AddCookie(cookie => (cookie.LoginPath, cookie.Cookie.Name) = ("/login", "wiki-session"))
            .AddTrustedApps(builder.Configuration.GetSection(TrustedAppsDefaults.ConfigurationSection))
            .AddSampleStore(builder, "wiki")
            .AddAdministrator(builder, "wiki");
        builder.Services.AddTrustedAppsAdmin(admin => admin.Policy = Administrator.Policy);
        builder.Services.AddAuthorization();

        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();

        app.MapTrustedAppCertificate();
        app.MapTrustedAppsAdmin();
        app.MapAdministrator();
        app.MapGet("/", Pages.ShowFront);
        app.MapGet("/login", (HttpContext context) => Pages.ShowLogin(context, _users));
        app.MapPost("/login", LogInAsync);
        app.MapGet("/pages/{name}", Pages.ShowPageAsync).RequireAuthorization();
        HtmlPage.MapStyle(app);
        return app;
    }

    private static async Task<IResult> LogInAsync([FromForm] string user, HttpContext context)
    {
        if (!_users.Contains(user)) return Results.BadRequest();

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], CookieAuthenticationDefaults.AuthenticationScheme);
        await context.SignInAsync(new ClaimsPrincipal(identity));
        return Results.LocalRedirect("/pages/roadmap");
    }
}
