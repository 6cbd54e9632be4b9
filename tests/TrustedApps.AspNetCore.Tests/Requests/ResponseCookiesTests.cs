using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Tests.Requests;

public sealed class ResponseCookiesTests
{
    [Fact]
    public async Task A_trusted_request_leaves_no_session_behind()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            services: services => services.AddEphemeralKeys().AddDistributedMemoryCache().AddSession(),
            map: app =>
            {
                app.UseSession(); // begins before authentication and writes its cookie after it
                app.UseAuthentication();
                app.UseAuthorization();
                app.Map("/session", (HttpContext context) => context.Session.SetString("seen", "yes"));
            });

        await AssertCookiesOnlyForOrdinaryRequests(server, "/session");
    }

    [Fact]
    public async Task A_trusted_request_signs_nobody_in()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            services: services => services.AddEphemeralKeys().AddAuthentication().AddCookie("Cookies"),
            map: app => app.Map("/sign-in", (HttpContext context) => context.SignInAsync("Cookies", Fred())));

        await AssertCookiesOnlyForOrdinaryRequests(server, "/sign-in");
    }

    [Fact]
    public async Task A_cookie_that_comes_with_a_trusted_request_is_not_renewed()
    {
        var clock = new ManualTimeProvider();
        await using KestrelServer server = await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddEphemeralKeys().AddSingleton<TimeProvider>(clock);
                builder.Services.AddAuthorization();
                builder.Services.AddAuthentication("Cookies")
                    .AddCookie("Cookies", options => (options.SlidingExpiration, options.ExpireTimeSpan) = (true, TimeSpan.FromMinutes(10)))
                    .AddTrustedApps(options =>
                    {
                        options.BaseUrls.Add(origin);
                        options.Applications.Add(TestProvider.Trust(TestKeys.Wiki));
                    });
            },
            app =>
            {
                app.Map("/sign-in", (HttpContext context) => context.SignInAsync("Cookies", Fred()));
                app.Map("/both", TestProvider.Who)
                    .RequireAuthorization(policy => policy.AddAuthenticationSchemes(TrustedAppsDefaults.AuthenticationScheme).RequireAuthenticatedUser());
            });
        string cookie = (await server.GetAsync("/sign-in"))["Set-Cookie"]!.Split(';')[0];
        clock.Advance(TimeSpan.FromMinutes(8));
        var issuer = new AssertionIssuer(TestKeys.Wiki, LegacyProtocols.Atlassian3, postDate: false, time: clock);

        Answer ordinary = await new HttpRequestMessage(HttpMethod.Get, server.Origin + "/both").With("Cookie", cookie).SendAsync();
        Answer accepted = await new HttpRequestMessage(HttpMethod.Get, server.Origin + "/both").With("Cookie", cookie)
            .With(issuer.Issue("ann", server.Origin + "/both")).SendAsync();
        Answer refused = await server.Request("/both", keys: TestKeys.Blog).With("Cookie", cookie).SendAsync();

        Assert.NotNull(ordinary["Set-Cookie"]); // the default scheme would renew it
        Assert.Equal((200, "ann", null), (accepted.Status, accepted.Body, accepted["Set-Cookie"]));
        Assert.Equal((401, null), (refused.Status, refused["Set-Cookie"]));
    }

    [Fact]
    public async Task A_cookie_header_written_by_hand_is_taken_off()
    {
        await using KestrelServer server = await TestProvider.StartAsync(map: app =>
            app.Map("/by-hand", (HttpContext context) => context.Response.Headers.Append("Set-Cookie", "session=1")));

        await AssertCookiesOnlyForOrdinaryRequests(server, "/by-hand");
    }

    [Fact]
    public async Task A_cookie_header_written_by_hand_at_the_last_moment_is_taken_off()
    {
        await using KestrelServer server = await TestProvider.StartAsync(map: app =>
        {
            app.Use((context, next) =>
            {
                IResponseCookies cookies = context.Response.Cookies; // taken before anybody knows what the request is
                context.Response.OnStarting(() =>
                {
                    cookies.Append("one", "1");
                    context.Response.Headers.Append("Set-Cookie", "two=2");
                    return Task.CompletedTask;
                });
                return next(context);
            });
            app.UseAuthentication();
            app.UseAuthorization();
        });

        await AssertCookiesOnlyForOrdinaryRequests(server, "/open");
    }

    [Fact]
    public async Task Deleting_a_cookie_leaves_nothing_either()
    {
        await using KestrelServer server = await TestProvider.StartAsync(map: app => app.Map("/delete", (HttpContext context) =>
        {
            context.Response.Cookies.Delete("one");
            context.Response.Cookies.Delete("two", new CookieOptions { Path = "/" });
            context.Response.Cookies.Append("three", "3", new CookieOptions { HttpOnly = true });
        }));

        await AssertCookiesOnlyForOrdinaryRequests(server, "/delete");
    }

    private static async Task AssertCookiesOnlyForOrdinaryRequests(KestrelServer server, string path)
    {
        Answer ordinary = await server.GetAsync(path);
        Answer accepted = await server.GetTrustedAsync(path);
        Answer refused = await server.Request(path, keys: TestKeys.Blog).SendAsync();

        Assert.NotNull(ordinary["Set-Cookie"]);
        Assert.Equal((200, "OK", null), (accepted.Status, accepted.Code, accepted["Set-Cookie"]));
        Assert.Equal((200, "APP_UNKNOWN", null), (refused.Status, refused.Code, refused["Set-Cookie"]));
        Assert.Equal("no-store, private", accepted["Cache-Control"]);
    }

    private static ClaimsPrincipal Fred() => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "fred")], "password"));
}

internal static class EphemeralKeysExtensions
{
    /// <summary>Cookies are protected by keys that no test leaves on disk.</summary>
    public static IServiceCollection AddEphemeralKeys(this IServiceCollection services) =>
        services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
}
