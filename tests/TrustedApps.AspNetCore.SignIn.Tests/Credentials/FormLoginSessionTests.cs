using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.SignIn.Tests.Credentials;

/// <summary>The sessions that a form login begins, and those that it ends.</summary>
public sealed class FormLoginSessionTests
{
    [Fact]
    public async Task Who_has_logged_in_has_a_session()
    {
        var store = new Sessions();
        await using KestrelServer server = await StartWithCookiesAsync(store);
        string cookie = CookieOf(await server.Form().SendAsync(), "session");
        Assert.Equal("fred", (await WhoAsync(server, cookie)).Body);
    }

    [Fact]
    public async Task A_planted_session_is_dead_after_login_and_the_new_one_has_another_key()
    {
        var store = new Sessions();
        await using KestrelServer server = await StartWithCookiesAsync(store);
        string planted = CookieOf(await server.Form(form: "os_username=mallory&os_password=secret").SendAsync(), "session");
        string plantedKey = Assert.Single(store.Keys);
        Assert.Equal("mallory", (await WhoAsync(server, planted)).Body);

        Answer login = await server.Form().With("Cookie", planted).SendAsync();

        string renewed = CookieOf(login, "session");
        Assert.NotEqual(plantedKey, Assert.Single(store.Keys));
        Assert.Equal("fred", (await WhoAsync(server, renewed)).Body);
        Assert.Equal("anonymous", (await WhoAsync(server, planted)).Body);
    }

    [Fact]
    public async Task A_planted_session_that_was_looked_at_before_in_the_same_request_is_dead_as_well()
    {
        var store = new Sessions();
        await using KestrelServer server = await StartWithCookiesAsync(store, before: app => app.Use(async (context, next) =>
        {
            await context.AuthenticateAsync("Session"); // would be prolonged: half of its time is over
            await next(context);
        }));
        string planted = CookieOf(await server.Form(form: "os_username=mallory&os_password=secret").SendAsync(), "session");
        string plantedKey = Assert.Single(store.Keys);
        store.MakeOld(plantedKey);

        Answer login = await server.Form().With("Cookie", planted).SendAsync();

        Assert.NotEqual(plantedKey, Assert.Single(store.Keys));
        Assert.Equal("fred", (await WhoAsync(server, CookieOf(login, "session"))).Body);
        Assert.Equal("anonymous", (await WhoAsync(server, planted)).Body);
    }

    [Fact]
    public async Task A_store_that_forgets_late_does_not_give_the_planted_session_to_the_user()
    {
        var store = new Sessions { ForgetsLate = true };
        await using KestrelServer server = await StartWithCookiesAsync(store);
        string planted = CookieOf(await server.Form(form: "os_username=mallory&os_password=secret").SendAsync(), "session");

        Answer login = await server.Form().With("Cookie", planted).SendAsync();

        Assert.Equal("fred", (await WhoAsync(server, CookieOf(login, "session"))).Body);
        Assert.Equal("mallory", (await WhoAsync(server, planted)).Body);
    }

    [Fact]
    public async Task A_login_that_fails_ends_no_session()
    {
        var store = new Sessions();
        await using KestrelServer server = await StartWithCookiesAsync(store);
        string cookie = CookieOf(await server.Form().SendAsync(), "session");
        await server.Form(form: "os_username=fred&os_password=guess").With("Cookie", cookie).SendAsync();
        Assert.Equal("fred", (await WhoAsync(server, cookie)).Body);
    }

    [Fact]
    public async Task The_application_still_sees_the_cookies_of_the_request()
    {
        await using KestrelServer server = await StartWithCookiesAsync(new Sessions(), after: app => app.Map("/open/login/cookie", (HttpContext context) => context.Request.Cookies["theme"]));
        Assert.Equal("dark", (await server.Form("/open/login/cookie").With("Cookie", "theme=dark").SendAsync()).Body);
    }

    [Theory]
    [InlineData("&os_cookie=true", true)]
    [InlineData("&os_cookie=on", true)]
    [InlineData("&os_cookie=false", false)]
    [InlineData("&os_cookie=FALSE", false)]
    [InlineData("&os_cookie=", false)]
    [InlineData("", false)]
    public async Task Who_asks_for_it_is_remembered(string field, bool isRemembered)
    {
        await using KestrelServer server = await StartWithCookiesAsync(new Sessions());
        Answer answer = await server.Form(form: $"os_username=fred&os_password=secret{field}").SendAsync();

        string lasting = answer.Headers["Set-Cookie"].Last(cookie => cookie.StartsWith("lasting=", StringComparison.Ordinal));
        string session = answer.Headers["Set-Cookie"].Last(cookie => cookie.StartsWith("session=", StringComparison.Ordinal));
        Assert.DoesNotContain("expires", session, StringComparison.Ordinal);
        Assert.Contains("expires", lasting, StringComparison.Ordinal);
        Assert.Equal(isRemembered, !lasting.StartsWith("lasting=;", StringComparison.Ordinal));
    }

    private static Task<KestrelServer> StartWithCookiesAsync(Sessions store, Action<WebApplication>? before = null, Action<WebApplication>? after = null) => CredentialServer.StartAsync(
        "Form",
        builder => builder
            .AddFormLogin("Form", options =>
            {
                options.Paths.Add("/open/login");
                (options.SignInScheme, options.RememberMeScheme) = ("Session", "Lasting");
            })
            .AddCookie("Session", options => (options.Cookie.Name, options.SessionStore) = ("session", store))
            .AddCookie("Lasting", options => options.Cookie.Name = "lasting"),
        new Accounts(),
        before: app =>
        {
            app.Map("/who", async (HttpContext context) => (await context.AuthenticateAsync("Session")).Principal?.Identity?.Name ?? "anonymous");
            after?.Invoke(app);
            before?.Invoke(app);
        });

    private static Task<Answer> WhoAsync(KestrelServer server, string cookie) =>
        new HttpRequestMessage(HttpMethod.Get, $"{server.Origin}/who").With("Cookie", cookie).SendAsync();

    private static string CookieOf(Answer answer, string name) =>
        answer.Headers["Set-Cookie"].Last(cookie => cookie.StartsWith($"{name}=", StringComparison.Ordinal)).Split(';')[0];

    private sealed class Sessions : ITicketStore
    {
        private readonly ConcurrentDictionary<string, AuthenticationTicket> _tickets = new();

        public bool ForgetsLate { get; init; }

        public IReadOnlyCollection<string> Keys => [.. _tickets.Keys];

        public void MakeOld(string key)
        {
            AuthenticationProperties properties = _tickets[key].Properties;
            properties.IssuedUtc -= TimeSpan.FromDays(10);
            properties.ExpiresUtc -= TimeSpan.FromDays(10);
        }

        public async Task<string> StoreAsync(AuthenticationTicket ticket)
        {
            string key = Guid.NewGuid().ToString();
            await RenewAsync(key, ticket);
            return key;
        }

        public Task RenewAsync(string key, AuthenticationTicket ticket)
        {
            _tickets[key] = ticket;
            return Task.CompletedTask;
        }

        public Task<AuthenticationTicket?> RetrieveAsync(string key) => Task.FromResult(_tickets.GetValueOrDefault(key));

        public Task RemoveAsync(string key)
        {
            if (!ForgetsLate) _tickets.TryRemove(key, out _);
            return Task.CompletedTask;
        }
    }
}
