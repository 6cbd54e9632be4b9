using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Identity;
using Samples;
using TrustedApps;
using TrustedApps.AspNetCore;
using TrustedApps.AspNetCore.SignIn.Credentials;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace Tracker;

/// <summary>
/// Every way to be somebody here, in the order in which they are asked: a trusted application, a single sign-on in front
/// (where Front:Addresses says from where), the session, the remember-me cookie, Basic, and the login form.
/// </summary>
internal static class Logins
{
    public const string Chain = "site";

    private const string Front = "Front";
    private const string Session = "Session";
    private const string RememberMe = "RememberMe";
    private const string Basic = "Basic";
    private const string Form = "Form";
    private const string LoginPath = "/login";

    public static AuthenticationBuilder AddLogins(this AuthenticationBuilder authentication, WebApplicationBuilder builder)
    {
        string password = builder.Configuration["Accounts:Password"] ?? MakePassword();
        var accounts = new Accounts(new PasswordHasher<string>().HashPassword("", password));
        builder.Services.AddSingleton<IUserResolver>(accounts).AddSingleton<IUserProvisioner>(accounts).AddSingleton<IPasswordHashStore>(accounts);

        string[] fronts = builder.Configuration.GetSection("Front:Addresses").Get<string[]>() ?? [];
        if (fronts.Length > 0) authentication.AddTrustedProxy(Front, front =>
        {
            front.Header = "X-User";
            foreach (string address in fronts) front.Addresses.Add(address);
            front.Attributes.Add(new ClaimMapping { Name = "X-Mail", ClaimType = ClaimTypes.Email });
            front.Rewrites.Add(new UserNameTransform { Pattern = @"^(.+)@example\.com$" });
        });

        return authentication
            .AddCookie(Session, cookie => (cookie.LoginPath, cookie.Cookie.Name, cookie.Cookie.SameSite) = (LoginPath, "tracker-session", SameSiteMode.Strict))
            .AddCookie(RememberMe, cookie => (cookie.ExpireTimeSpan, cookie.Cookie.Name, cookie.Cookie.SameSite) = (TimeSpan.FromDays(14), "tracker-remember-me", SameSiteMode.Strict))
            .AddBasic(Basic, basic => basic.Realm = "tracker")
            .AddFormLogin(Form, form =>
            {
                form.Paths.Add(LoginPath);
                (form.SignInScheme, form.RememberMeScheme) = (Session, RememberMe);
            })
            .AddChain(Chain, chain =>
            {
                chain.Try(TrustedAppsDefaults.AuthenticationScheme);
                if (fronts.Length > 0) chain.Try(Front);
                chain.Try(Session).Try(RememberMe).Try(Basic).Try(Form).ChallengeWith(Session);
            });
    }

    public static void MapLogins(this WebApplication app)
    {
        app.MapGet(LoginPath, (HttpContext context, string? returnUrl) => ShowLogin(context, returnUrl, problem: null));
        app.MapPost(LoginPath, (Delegate)LogInAsync);
        app.MapPost("/logout", (Delegate)LogOutAsync);
    }

    // Asks the form by name: whoever logs in is somebody else from now on, whatever session the browser had.
    private static async Task<IResult> LogInAsync(HttpContext context)
    {
        AuthenticateResult result = await context.AuthenticateAsync(Form);
        string? returnUrl = context.Features.Get<IFormFeature>()?.Form?["returnUrl"]; // as the login read it; null where it could not
        if (!result.Succeeded) return ShowLogin(context, returnUrl, "That did not work. If it should have, wait for a quarter of an hour.");
        return Results.LocalRedirect(IsLocal(returnUrl) ? returnUrl : "/");
    }

    // A path here, in characters that a header can hold.
    private static bool IsLocal([NotNullWhen(true)] string? url) =>
        url is ['/', not ('/' or '\\'), ..] && url.All(character => character is > ' ' and <= '~');

    private static async Task<IResult> LogOutAsync(HttpContext context)
    {
        await context.SignOutAsync(Session);
        await context.SignOutAsync(RememberMe);
        return Results.LocalRedirect("/");
    }

    private static IResult ShowLogin(HttpContext context, string? returnUrl, string? problem)
    {
        if (problem is not null) context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return HtmlPage.Show(context, "Log in", Html.Of(
            $"""
             <h1>Log in</h1>
             {(problem is null ? Html.Of($"") : Html.Of($"<p class=\"problem\" role=\"alert\">{problem}</p>"))}
             <form method="post" action="{LoginPath}">
             <input type="hidden" name="returnUrl" value="{returnUrl}">
             <p><label>User <input name="os_username" autocomplete="username" required autofocus></label></p>
             <p><label>Password <input type="password" name="os_password" autocomplete="current-password" required></label></p>
             <p><label><input type="checkbox" name="os_cookie" value="true"> Remember me for 14 days</label></p>
             <button>Log in</button>
             </form>
             """));
    }

    private static string MakePassword()
    {
        string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        Console.WriteLine($"The password of every user, until this process ends: {password}"); // not to the log: that is kept
        return password;
    }
}
