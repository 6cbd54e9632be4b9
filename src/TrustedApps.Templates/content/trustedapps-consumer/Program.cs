using System.Security.Claims;
using Consumer._1;
using Microsoft.AspNetCore.Authentication.Cookies;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Keys;

var builder = WebApplication.CreateBuilder(args);
if (builder.Environment.IsDevelopment()) DevelopmentKeys.MakeIfMissing(builder);

builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
builder.Services.AddAuthorization();

// The keys of this application. The client signs with them, and the certificate below shows their public parts.
string keyFile = builder.Configuration["Keys"] ?? throw new InvalidOperationException(
    "Set 'Keys' to the path of the key file of this application. 'trusted-apps keys new' makes one.");
builder.Services.AddSingleton<IKeyStore>(_ => new KeyFileStore(
    Path.GetFullPath(keyFile, builder.Environment.ContentRootPath)));

// Reads the section Provider of the configuration: its base URL, and its fingerprint.
builder.Services.AddHttpClient<IssuesClient>().AddTrustedApp(builder.Configuration.GetSection("Provider"));

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();

app.MapTrustedAppCertificate(app.Services.GetRequiredService<IKeyStore>(), "Consumer.1");
app.MapGet("/", () => Results.Text(DevelopmentLogin.Page, "text/html"));
if (app.Environment.IsDevelopment()) DevelopmentLogin.Map(app); // a login of your own takes its place
app.MapGet("/issues", ShowIssuesAsync).RequireAuthorization();

app.Run();

static async Task<IResult> ShowIssuesAsync(
    IssuesClient issues, ClaimsPrincipal user, ILogger<IssuesClient> logger, CancellationToken cancellationToken)
{
    try
    {
        return Results.Ok(await issues.FindAsync(user.Identity!.Name!, cancellationToken));
    }
    catch (Exception problem) when (problem is TrustedAppException or CertificateException or HttpRequestException)
    {
        // The provider refused the request, is not the one that was compared, or cannot be reached.
        logger.LogWarning(problem, "The provider's issues cannot be read");
        return Results.Problem("The issues cannot be read. The log says why.", statusCode: 502);
    }
}
