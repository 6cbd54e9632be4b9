using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Pair._1.Consumer;

/// <summary>Stands for the login of your application: a button logs a user in, without a password.</summary>
internal static class DevelopmentLogin
{
    public const string Page =
        """
        <!DOCTYPE html>
        <title>Pair.1.Consumer</title>
        <form method="post">
          <button formaction="/login/fred">Log in as fred</button>
          <button formaction="/login/barney">Log in as barney</button>
        </form>
        <p><a href="/issues">My issues, from the provider</a></p>
        """;

    public static void Map(WebApplication app) => app.MapPost("/login/{user}", LogInAsync);

    private static async Task<IResult> LogInAsync(string user, HttpContext context)
    {
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, user)], CookieAuthenticationDefaults.AuthenticationScheme);
        await context.SignInAsync(new ClaimsPrincipal(identity));
        return Results.LocalRedirect("/issues", preserveMethod: false);
    }
}
