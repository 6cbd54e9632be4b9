using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.SignIn.Credentials;

namespace TrustedApps.AspNetCore.SignIn.Tests.Credentials;

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
    [InlineData("Origin", "https://127.0.0.1", false)]
    [InlineData("Origin", "http://127.0.0.1", false)] // another port is another application
    [InlineData("Origin", "http://127.0.0.1:8080", false)]
    [InlineData("Origin", "https://127.0.0.1:{0}", false)]
    [InlineData("Origin", "http://127.0.0.1:{0}", true)]
    [InlineData("Origin", "HTTP://127.0.0.1:{0}", true)]
    public async Task A_form_that_another_site_sent_is_refused_unless_that_is_allowed(string header, string value, bool isOurs)
    {
        string given = value;
        await using (KestrelServer server = await CredentialServer.StartFormAsync(new Accounts()))
        {
            value = given.Replace("{0}", $"{server.EndPoint.Port}", StringComparison.Ordinal);
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
        Assert.Equal("fred", (await server.Form().With("Sec-Fetch-Site", "same-site").With("Origin", server.Origin).SendAsync()).Body);
        Assert.Equal("anonymous", (await server.Form().With("Sec-Fetch-Site", "same-site").With("Origin", "http://127.0.0.1:8080").SendAsync()).Body);
        Assert.Equal("anonymous", (await server.Form().With("Sec-Fetch-Site", "same-site").With("Origin", "https://other.example").SendAsync()).Body);
        Assert.Equal("anonymous", (await server.Form().With("Sec-Fetch-Site", "cross-site").With("Origin", server.Origin).SendAsync()).Body);
    }

    [Theory]
    [InlineData("https", "tracker.example", "https://tracker.example:443")]
    [InlineData("http", "tracker.example:80", "http://tracker.example")]
    [InlineData("https", "xn--bcher-kva.example:8443", "https://xn--bcher-kva.example:8443")]
    [InlineData("https", "[2001:db8::1]", "https://[2001:db8::1]")]
    public async Task Scheme_host_and_port_that_a_proxy_forwarded_are_those_of_the_form(string scheme, string host, string origin)
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(
            new Accounts(), options => options.AllowHttp = true, before: app => app.UseForwardedHeaders(new() { ForwardedHeaders = ForwardedHeaders.All }));

        HttpRequestMessage request = server.Form().With("X-Forwarded-Proto", scheme).With("X-Forwarded-Host", host).With("Origin", origin);

        Assert.Equal("fred", (await request.SendAsync()).Body);
    }

    [Theory]
    [InlineData("null", "Referrer-Policy: no-referrer has this effect: set the policy same-origin there.")]
    [InlineData("https://127.0.0.1:{0}", "The login form came from https://127.0.0.1:{0}, and this application was reached as http://127.0.0.1:{0}. Only scheme or port differ")]
    [InlineData("http://127.0.0.1:81", "Only scheme or port differ: if both are this application, let its proxy send X-Forwarded-Proto and X-Forwarded-Host, and read them with UseForwardedHeaders.")]
    [InlineData("https://tracker.example", "The login form came from https://tracker.example, and this application was reached as http://127.0.0.1:{0}. If both are this application, let its proxy pass the original Host on.")]
    [InlineData("https://xn--", "The login form came from https://xn--,")]
    public async Task The_log_names_the_cause_and_no_remedy_that_opens_the_form_to_others(string origin, string expected)
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts());
        string port = $"{server.EndPoint.Port}";

        await server.Form().With("Origin", origin.Replace("{0}", port, StringComparison.Ordinal)).SendAsync();

        LogLine line = Assert.Single(server.Logs.Ours);
        Assert.Contains(expected.Replace("{0}", port, StringComparison.Ordinal), line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AllowCrossSite", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_of_multiple_parts_is_not_read_and_the_log_says_so()
    {
        await using KestrelServer server = await CredentialServer.StartFormAsync(new Accounts());
        HttpRequestMessage request = server.Form();
        request.Content = new MultipartFormDataContent { { new StringContent("fred"), "os_username" }, { new StringContent("secret"), "os_password" } };

        Assert.Equal("anonymous", (await request.SendAsync()).Body);

        LogLine line = Assert.Single(server.Logs.Ours);
        Assert.Equal("LoginFormNotRead", line.Event.Name);
        Assert.Contains("multipart/form-data", line.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Users_that_cannot_be_looked_up_are_503_and_the_attempt_does_not_count(bool throws)
    {
        var guard = new OpenGuard();
        await using KestrelServer server = await CredentialServer.StartFormAsync(
            new Accounts { Answer = (_, _, _) => throws ? throw new TimeoutException("The directory does not answer.") : Task.FromResult(true) },
            services: services => services.AddSingleton<ILoginGuard>(guard).AddSingleton<IUserResolver>(new NoDirectory()),
            configure: options => options.Paths.Add("/closed/login"));

        Answer open = await server.Form().SendAsync();

        Answer closed = await server.Form("/closed/login").SendAsync();

        Assert.Equal((200, "anonymous"), (open.Status, open.Body));
        Assert.Equal((503, "5"), (closed.Status, closed["Retry-After"]));
        Assert.Equal(["asked", "abandoned", "asked", "abandoned"], guard.Told.Select(told => told.Event));
        Assert.DoesNotContain(server.Logs.Lines, line => line.Message.Contains("secret", StringComparison.Ordinal));
    }

    private sealed class NoDirectory : IUserResolver
    {
        public ValueTask<UserResolution> ResolveAsync(string name, string origin, CancellationToken cancellationToken) => new(UserResolution.Unavailable);
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
}
