using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore;

namespace TrustedApps.Testing.Tests;

/// <summary>
/// An application under test as its developers have it: a key file and a certificate URL that do not exist here, and
/// the base URL of production.
/// </summary>
internal sealed class TrackerFactory : WebApplicationFactory<TrackerFactory>
{
    public const string Url = "https://tracker.example";

    /// <summary>The name of the scheme.</summary>
    public string Scheme { get; init; } = TrustedAppsDefaults.AuthenticationScheme;

    /// <summary>More options of the scheme.</summary>
    public Action<TrustedAppsOptions> Options { get; init; } = _ => { };

    /// <summary>More services of the application.</summary>
    public Action<IServiceCollection> MoreServices { get; init; } = _ => { };

    /// <summary>More services of the test.</summary>
    public Action<IServiceCollection> TestServices { get; init; } = _ => { };

    /// <summary>More middleware.</summary>
    public Action<IApplicationBuilder> Middleware { get; init; } = _ => { };

    /// <summary>More endpoints.</summary>
    public Action<IEndpointRouteBuilder> Endpoints { get; init; } = _ => { };

    public string Environment { get; init; } = Environments.Development;

    public static string Describe(HttpContext context) => string.Join(
        ' ',
        context.User.FindFirstValue(TrustedAppsClaimTypes.ApplicationId) ?? "-",
        context.User.Identity?.Name ?? "-",
        context.Request.Method,
        context.Connection.RemoteIpAddress);

    protected override IHostBuilder CreateHostBuilder() => Host.CreateDefaultBuilder().ConfigureLogging(logging => logging.ClearProviders()).ConfigureWebHostDefaults(web => web
        .UseEnvironment(Environment)
        .ConfigureServices(AddServices)
        .Configure(Configure));

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .UseContentRoot(AppContext.BaseDirectory)
        .ConfigureTestServices(services =>
        {
            services.AddTrustedAppsTesting();
            TestServices(services);
        });

    private void AddServices(IServiceCollection services)
    {
        services.AddAuthentication().AddTrustedApps(Scheme, options =>
        {
            options.Id = "tracker:42";
            options.Keys = "keys-that-are-not-here.json";
            options.BaseUrls.Add(Url);
            options.Applications.Add(new TrustedApplicationOptions
            {
                Id = "wiki:8731",
                CertificateUrl = "https://wiki.example",
                Fingerprint = "NzbL sXh8 uDCc d-6M NwXF 4W_7 noWX FZAf HkxZ sRGC 9Xs",
                Addresses = { "10.1.0.0/16" },
                Urls = { "/rest/api" },
                Scopes = { "issues.read", "issues.write" },
            });
            Options(options);
        });
        services.AddAuthorizationBuilder()
            .AddPolicy("Trusted", policy => policy.AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser())
            .AddPolicy("Wiki", policy => policy.AddAuthenticationSchemes(Scheme).RequireTrustedApp("wiki:8731"))
            .AddPolicy("Write", policy => policy.AddAuthenticationSchemes(Scheme).RequireTrustedAppScope("issues.write"));
        services.AddProblemDetails().AddRouting();
        services.AddSingleton(UserResolvers.List(["fred", "barney"]));
        MoreServices(services);
    }

    private void Configure(IApplicationBuilder app)
    {
        app.UseRouting();
        Middleware(app);
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseEndpoints(endpoints =>
        {
            endpoints.MapTrustedAppCertificate(Scheme);
            endpoints.MapGet("/", () => "open");
            endpoints.MapMethods("/rest/{**path}", ["GET", "POST", "PUT"], Describe).RequireAuthorization("Trusted");
            endpoints.MapGet("/wiki", Describe).RequireAuthorization("Wiki");
            endpoints.MapGet("/write", Describe).RequireAuthorization("Write");
            Endpoints(endpoints);
        });
    }
}
