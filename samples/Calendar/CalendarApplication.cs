using System.Security.Claims;
using Samples;
using TrustedApps;
using TrustedApps.AspNetCore;

namespace Calendar;

/// <summary>
/// The smallest provider: one endpoint, and no store. Its trusts are in the configuration section TrustedApps. It shows
/// which applications asked for a request, one after another.
/// </summary>
public static class CalendarApplication
{
    public static WebApplication Create(string[] args)
    {
        WebApplicationBuilder builder = SampleHost.CreateBuilder(args);
        builder.Configuration["TrustedApps:Keys"] ??= "calendar-keys.json";
        OwnApplication.Prepare(builder, id: "calendar:7", url: "http://127.0.0.1:5082");

        builder.Services
            .AddAuthentication(TrustedAppsDefaults.AuthenticationScheme)
            .AddTrustedApps(builder.Configuration.GetSection(TrustedAppsDefaults.ConfigurationSection));
        builder.Services.AddSingleton(UserResolvers.List(Dates.Users));
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("ReadDates", policy => policy.RequireAuthenticatedUser().RequireTrustedAppScope("dates.read"));

        WebApplication app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();

        app.MapTrustedAppCertificate();
        app.MapGet("/rest/api/dates", Find).RequireAuthorization("ReadDates");
        return app;
    }

    private static FoundDates Find(ClaimsPrincipal user) => new(
        Dates.Of(user.Identity!.Name!),
        user.Identity.Name!,
        [user.FindFirstValue(TrustedAppsClaimTypes.ApplicationId)!, .. user.FindAll(TrustedAppsClaimTypes.Actor).Select(claim => claim.Value)]);

    /// <param name="Dates">The dates that the user may see.</param>
    /// <param name="User">The user in whose name they were asked for.</param>
    /// <param name="AskedBy">The application that asked, then the one that asked it, and so on.</param>
    private sealed record FoundDates(IReadOnlyList<Date> Dates, string User, IReadOnlyList<string> AskedBy);
}
