using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Client;

namespace TrustedApps.Docs.Tests;

/// <summary>The C# of README.md, compiled and run: what stands there stands here, line for line.</summary>
internal static class Snippets
{
    public static WebApplication Provider(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);

        builder.Services.AddAuthentication()
            .AddTrustedApps(builder.Configuration.GetSection("TrustedApps"));
        builder.Services.AddAuthorization();
        builder.Services.AddSingleton(UserResolvers.List(["fred", "barney"]));

        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapTrustedAppCertificate();
        app.MapGet("/rest/api/issues", (ClaimsPrincipal user) => $"the issues of {user.Identity!.Name}")
            .RequireAuthorization(policy => policy
                .AddAuthenticationSchemes(TrustedAppsDefaults.AuthenticationScheme)
                .RequireAuthenticatedUser());
        return app;
    }

    public static void Consumer(IServiceCollection services)
    {
        services.AddHttpClient("tracker", client => client.BaseAddress = new Uri("https://tracker.example"))
            .AddTrustedApp(options =>
            {
                options.BaseUrl = "https://tracker.example"; // headers go nowhere else
                options.ProviderFingerprints.Add("gGfS bxJF 5nBo Z35n gTE9 hIX7 CY34 ZEVN qBIs na0w R2A"); // the tracker's, compared once
                options.KeyFile = "wiki-keys.json"; // trusted-apps keys new --id wiki:8731 --out wiki-keys.json
                options.ThrowOnRejection = true;
            });
    }

    public static async Task<string> Request(HttpClient client, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/rest/api/issues?q=open").OnBehalfOf("fred");
        using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }
}
