using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace Samples;

/// <summary>
/// Who may see the administrator's pages: whoever knows Administrator:Password, or the one that is made at each start and
/// printed where it is left out. Stands for an application's own accounts.
/// </summary>
internal static class Administrator
{
    public const string Policy = "Administrator";

    private const string Scheme = "Administrator";
    private const string LoginPath = "/administrator/login";
    private const string LogoutPath = "/administrator/logout";
    private const int MinLength = 12; // characters

    public static AuthenticationBuilder AddAdministrator(this AuthenticationBuilder authentication, WebApplicationBuilder builder, string name)
    {
        string password = builder.Configuration["Administrator:Password"] ?? MakePassword();
        if (password.Length < MinLength) throw new InvalidOperationException($"Administrator:Password is to have at least {MinLength} characters.");

        builder.Services.AddSingleton(new PasswordHash(SHA256.HashData(Encoding.UTF8.GetBytes(password))));
        builder.Services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.AddAuthenticationSchemes(Scheme).RequireRole(Policy));
        builder.Services.AddAntiforgery();

        // Behind a proxy that ends TLS, set Cookie.SecurePolicy to Always, here and for antiforgery.
        return authentication.AddCookie(Scheme, cookie =>
        {
            (cookie.LoginPath, cookie.Cookie.Name, cookie.Cookie.SameSite) = (LoginPath, $"{name}-administrator", SameSiteMode.Strict);
            cookie.ExpireTimeSpan = TimeSpan.FromHours(1);
            cookie.Events.OnRedirectToAccessDenied = context => Task.FromResult(context.Response.StatusCode = StatusCodes.Status403Forbidden);
        });
    }

    public static void MapAdministrator(this WebApplication app)
    {
        app.MapGet(LoginPath, (HttpContext context, string? returnUrl) => ShowLogin(context, returnUrl, problem: null));
        app.MapPost(LoginPath, LogInAsync);
        app.MapPost(LogoutPath, ([FromForm] string? reason, HttpContext context) => context.SignOutAsync(Scheme));
    }

    private static async Task<IResult> LogInAsync([FromForm] string? password, [FromForm] string? returnUrl, HttpContext context, PasswordHash expected)
    {
        bool isRight = CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(password ?? "")), expected.Hash);
        if (!isRight) return ShowLogin(context, returnUrl, "That is not the password.");

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, "admin"), new Claim(ClaimTypes.Role, Policy)], Scheme);
        await context.SignInAsync(Scheme, new ClaimsPrincipal(identity));
        return Results.LocalRedirect(returnUrl is ['/', not ('/' or '\\'), ..] ? returnUrl : "/trusted-apps");
    }

    private static IResult ShowLogin(HttpContext context, string? returnUrl, string? problem)
    {
        AntiforgeryTokenSet tokens = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        return HtmlPage.Show(context, "Administrator", Html.Of(
            $"""
             <h1>Administrator</h1>
             {(problem is null ? Html.Of($"") : Html.Of($"<p class=\"problem\" role=\"alert\">{problem}</p>"))}
             <form method="post" action="{LoginPath}">
             <input type="hidden" name="{tokens.FormFieldName}" value="{tokens.RequestToken}">
             <input type="hidden" name="returnUrl" value="{returnUrl}">
             <p><label>Password <input type="password" name="password" autocomplete="current-password" required autofocus></label></p>
             <button>Log in</button>
             </form>
             """));
    }

    private static string MakePassword()
    {
        string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        Console.WriteLine($"The administrator's password, until this process ends: {password}"); // not to the log: that is kept
        return password;
    }

    internal sealed record PasswordHash(byte[] Hash);
}
