using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Tests.Credentials;

public sealed class FormLoginHandlerTests
{
    [Fact]
    public async Task A_posted_form_logs_in_and_is_logged()
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts());
        Assert.Equal("fred", (await server.Form().SendAsync()).Body);
        Assert.Contains(server.Logs.Lines, line => line.Message == "Logged in 'fred' from 127.0.0.1 by 'Form'");
    }

    [Theory]
    [InlineData("os_username=fred&os_password=guess")]
    [InlineData("os_username=fred")]
    [InlineData("os_username=&os_password=secret")]
    public async Task Another_password_does_not(string form)
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts(), options => options.Paths.Add("/closed/login"));
        Assert.Equal(401, (await server.Form("/closed/login", form).SendAsync()).Status);
        Assert.Equal(["BAD_CREDENTIALS"], server.Codes());
    }

    [Fact]
    public async Task Fields_have_the_names_that_the_application_gives_them()
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts(), options => (options.UserNameField, options.PasswordField) = ("who", "what"));
        Assert.Equal("fred", (await server.Form(form: "who=fred&what=secret").SendAsync()).Body);
        Assert.Equal("anonymous", (await server.Form().SendAsync()).Body);
    }

    [Theory]
    [InlineData("/open/login", "fred")]
    [InlineData("/open/login?next=/", "fred")]
    [InlineData("/open/%6Cogin", "fred")]
    [InlineData("/open/do/login", "fred")]
    [InlineData("/open/third", "fred")]
    [InlineData("/open/logins", "anonymous")]
    [InlineData("/open/LOGIN", "anonymous")]
    [InlineData("/open", "anonymous")]
    [InlineData("/open/x/login", "anonymous")]
    [InlineData("/open/login;x", "anonymous")]
    public async Task Passwords_are_taken_on_the_listed_paths_only(string path, string user)
    {
        var accounts = new Accounts();
        await using KestrelServer server = await CredentialServer.StartFormAsync(accounts, options => options.PathList = " /open/*/nothing, ,/open/do/login ,/open/third,");
        Assert.Equal(user, (await server.Form(path).SendAsync()).Body);
        Assert.Equal(user == "fred" ? 1 : 0, accounts.Asked.Count);
    }

    [Fact]
    public async Task A_path_that_something_rewrote_is_not_the_listed_one()
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts(), before: app => app.Use((context, next) =>
        {
            context.Request.Path = "/open/other";
            return next(context);
        }));
        Assert.Equal("anonymous", (await server.Form().SendAsync()).Body);
    }

    [Fact]
    public async Task Patterns_leave_out_the_path_base()
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts(), before: app => app.UsePathBase("/app"));
        Assert.Equal("fred", (await server.Form("/app/open/login").SendAsync()).Body);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task Only_POST_logs_in(string method)
    {
        var accounts = new Accounts();
        await using KestrelServer server = await CredentialServer.StartFormAsync(accounts);
        HttpRequestMessage request = server.Form();
        request.Method = new HttpMethod(method);
        Assert.Equal("anonymous", (await request.SendAsync()).Body);
        Assert.Empty(accounts.Asked);
    }

    [Fact]
    public async Task The_query_never_logs_in()
    {
        var accounts = new Accounts();
        await using KestrelServer server = await CredentialServer.StartFormAsync(accounts);
        Assert.Equal("anonymous", (await server.Form("/open/login?os_username=fred&os_password=secret", "x=y").SendAsync()).Body);
        Assert.Equal("anonymous", (await server.GetAsync("/open/login?os_username=fred&os_password=secret")).Body);
        Assert.Empty(accounts.Asked);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain")]
    [InlineData("nonsense")]
    public async Task Content_of_another_type_is_left_unread(string type)
    {
        await using KestrelServer server = await StartEchoAsync();
        HttpRequestMessage request = server.Form("/open/login/echo");
        request.Content!.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        Assert.Equal("anonymous os_username=fred&os_password=secret", (await request.SendAsync()).Body);
    }

    [Fact]
    public async Task Content_for_another_path_is_left_unread()
    {
        await using KestrelServer server = await StartEchoAsync();
        Assert.Equal("anonymous os_username=fred&os_password=secret", (await server.Form("/echo").SendAsync()).Body);
    }

    [Fact]
    public async Task The_form_stays_readable_for_the_application()
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts(), options => options.Paths.Add("/bound"), before: app => app.MapPost(
            "/bound", ([FromForm] string os_destination, HttpContext context) => $"{context.User.Identity?.Name} {os_destination}").DisableAntiforgery());
        Assert.Equal("fred /home", (await server.Form("/bound", "os_username=fred&os_password=secret&os_destination=%2Fhome").SendAsync()).Body);
    }

    [Fact]
    public async Task A_form_that_was_read_before_is_read_again()
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts(), before: app => app.Use(async (context, next) =>
        {
            await context.Request.ReadFormAsync(context.RequestAborted);
            await next(context);
        }));
        Assert.Equal("fred", (await server.Form().SendAsync()).Body);
    }

    [Theory]
    [InlineData("os_username=fred&os_username=jane&os_password=secret")]
    [InlineData("os_username=fred&OS_USERNAME=jane&os_password=secret")]
    [InlineData("os_username=fred&os_password=guess&os_password=secret")]
    [InlineData("os_username=fred&os_password=secret&os_cookie=&os_cookie=true")]
    [InlineData("os_username=fr%0Aed&os_password=secret")]
    [InlineData("os_username=fred&os_password=secret%00")]
    public async Task What_is_said_twice_or_holds_controls_is_refused(string form)
    {
        var accounts = new Accounts();
        await using KestrelServer server = await CredentialServer.StartFormAsync(accounts);
        Assert.Equal("anonymous", (await server.Form(form: form).SendAsync()).Body);
        Assert.Equal(["SYSTEM"], server.Codes());
        Assert.Empty(accounts.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_that_is_too_long_is_refused(bool isChunked)
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts());
        HttpRequestMessage request = server.Form(form: $"os_username=fred&os_password=secret&{string.Join('&', Enumerable.Repeat($"x={new string('y', 2000)}", 40))}");
        request.Headers.TransferEncodingChunked = isChunked;
        Assert.Equal((200, "anonymous"), await StatusAndBodyAsync(request));
        Assert.Equal(["SYSTEM"], server.Codes());
    }

    [Fact]
    public async Task A_form_of_too_many_fields_is_refused()
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts());
        Assert.Equal((200, "anonymous"), await StatusAndBodyAsync(server.Form(form: $"os_username=fred&os_password=secret{string.Concat(Enumerable.Range(0, 100).Select(field => $"&x{field}=y"))}")));
        Assert.Equal(["SYSTEM"], server.Codes());
    }

    [Fact]
    public async Task A_form_that_breaks_off_is_refused()
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts());
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken);
            string request = RawHttp.Request("POST /open/login", "localhost", [new("Content-Type", "application/x-www-form-urlencoded"), new("Content-Length", "100")]) + "os_username=fred&os_";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
            client.Client.Shutdown(SocketShutdown.Send);
            LogLine line = await server.Logs.FirstAsync("RefusedByScheme");
            Assert.Contains("SYSTEM", line.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_form_without_the_user_name_field_is_no_login()
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts());
        Assert.Equal("anonymous", (await server.Form(form: "os_password=secret").SendAsync()).Body);
        Assert.Empty(server.Codes());
    }

    [Fact]
    public async Task A_password_over_plain_http_is_refused_unless_that_is_allowed()
    {
        await using (KestrelServer server = await CredentialServer.StartFormAsync(new Accounts(), before: CredentialServer.Connection("10.0.0.1", "10.0.0.2")))
        {
            Assert.Equal("anonymous", (await server.Form().SendAsync()).Body);
            Assert.Equal(["NOT_HTTPS"], server.Codes());
        }

        await using KestrelServer allowing = await CredentialServer.StartFormAsync(new Accounts(), options => options.AllowHttp = true, before: CredentialServer.Connection("10.0.0.1", "10.0.0.2"));
        Assert.Equal("fred", (await allowing.Form().SendAsync()).Body);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-origin, cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Sec-Fetch-Site", "same-site", false)] // and from which host is not said
    [InlineData("Sec-Fetch-Site", "none", true)]
    [InlineData("Origin", "https://evil.example", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Origin", "https://127.0.0.1.evil.example", false)]
    [InlineData("Origin", "https://127.0.0.1", true)]
    [InlineData("Origin", "http://127.0.0.1:8080", true)]
    public async Task A_form_that_another_site_sent_is_refused_unless_that_is_allowed(string header, string value, bool isOurs)
    {
        await using (KestrelServer server = await CredentialServer.StartFormAsync(new Accounts()))
        {
            Assert.Equal(isOurs ? "fred" : "anonymous", (await server.Form().With(header, value).SendAsync()).Body);
            Assert.Equal(isOurs ? [] : ["CROSS_SITE"], server.Codes());
        }

        await using KestrelServer allowing = await CredentialServer.StartFormAsync(new Accounts(), options => options.AllowCrossSite = true);
        Assert.Equal("fred", (await allowing.Form().With(header, value).SendAsync()).Body);
    }

    [Fact]
    public async Task What_the_browser_says_of_the_site_goes_before_the_origin()
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts());
        Assert.Equal("fred", (await server.Form().With("Sec-Fetch-Site", "same-origin").With("Origin", "https://other.example").SendAsync()).Body);
        Assert.Equal("fred", (await server.Form().With("Sec-Fetch-Site", "same-site").With("Origin", "http://127.0.0.1:8080").SendAsync()).Body);
        Assert.Equal("anonymous", (await server.Form().With("Sec-Fetch-Site", "same-site").With("Origin", "https://other.example").SendAsync()).Body);
        Assert.Equal("anonymous", (await server.Form().With("Sec-Fetch-Site", "cross-site").With("Origin", server.Origin).SendAsync()).Body);
    }

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

    [Fact]
    public async Task Challenge_and_forbid_of_the_form_are_plain()
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(
            new Accounts(), before: app => app.Map("/forbidden", branch => branch.Run(context => context.ForbidAsync("Form"))));
        Assert.Equal(401, (await server.GetAsync("/closed")).Status);
        Assert.Equal(403, (await server.GetAsync("/forbidden")).Status);
    }

    private static async Task<(int Status, string Body)> StatusAndBodyAsync(HttpRequestMessage request)
    {
        Answer answer = await request.SendAsync();
        return (answer.Status, answer.Body);
    }

    private static Task<KestrelServer> StartEchoAsync() => CredentialServer.StartFormAsync(new Accounts(), before: app =>
    {
        app.MapPost("/open/login/echo", (Delegate)EchoAsync);
        app.MapPost("/echo", (Delegate)EchoAsync);
    });

    private static async Task<string> EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        return $"{TestProvider.Who(context)} {await reader.ReadToEndAsync(context.RequestAborted)}";
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
