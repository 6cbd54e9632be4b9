using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.SignIn.Credentials;
using TrustedApps.AspNetCore.SignIn.TokenMirror;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.Docs.Tests;

/// <summary>The C# of docs/companions.md, compiled and run: what stands there stands here, line for line.</summary>
internal static class CompanionSnippets
{
    public static void AddChain(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IPasswordHashStore, Passwords>();
        builder.Services.AddAuthentication("site")
            .AddTrustedApps()
            .AddCookie("Session")
            .AddCookie("RememberMe", cookie => cookie.ExpireTimeSpan = TimeSpan.FromDays(14))
            .AddBasic("Basic", basic => basic.Realm = "tracker")
            .AddFormLogin("Form", form =>
            {
                form.PathList = "/login, /dologin.action";
                form.SignInScheme = "Session";
                form.RememberMeScheme = "RememberMe";
            })
            .AddChain("site", chain => chain
                .Try("TrustedApps")
                .Try("Session")
                .Try("RememberMe")
                .Try("Basic", "/rest")
                .Try("Form")
                .ChallengeWith("Session"));
    }

    public static void MapLogin(WebApplication app)
    {
        app.MapPost("/login", async (HttpContext context) =>
            (await context.AuthenticateAsync("Form")).Succeeded ? Results.LocalRedirect("/") : Results.Unauthorized());
    }

    public static void AddProxy(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication()
            .AddTrustedProxy("Proxy", proxy =>
            {
                proxy.Header = "X-User";
                proxy.Addresses.Add("127.0.0.1");
                proxy.Attributes.Add(new ClaimMapping { Name = "MELLON_mail", ClaimType = ClaimTypes.Email, Default = "invalid_email@noreply.com" });
                proxy.Attributes.Add(new ClaimMapping { Name = "MELLON_groups", ClaimType = ClaimTypes.Role, Separator = ';' });
                proxy.Rewrites.Add(new UserNameTransform { Prefix = @"EXAMPLE\" });
                proxy.Rewrites.Add(new UserNameTransform { Pattern = @"^(.+)@example\.com$" });
            });
    }

    public static void AddMirror(WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication()
            .AddTokenMirror(mirror =>
            {
                mirror.Prefix = "/rest/token-auth/api";
                mirror.Target = "/rest/api";
                mirror.Schemes.Add("TrustedApps"); // and JWT bearer, if there is one
                mirror.Entries.Add(new TokenMirrorEntry { Path = "/rest/token-auth/api/content/*/child/attachment" });
                mirror.Entries.Add(new TokenMirrorEntry { Path = "/rest/token-auth/api/issues", Applications = { "wiki:8731" } });
            });
    }

    public static void UseMirror(WebApplication app)
    {
        app.UseTokenMirror(); // before authentication; routing comes with it
        app.UseAuthentication();
        app.UseAuthorization();
    }

    internal sealed class Passwords : IPasswordHashStore
    {
        public static string? OfFred { get; set; }

        public ValueTask<string?> FindHashAsync(string userName, CancellationToken cancellationToken) => new(userName == "fred" ? OfFred : null);
    }
}
