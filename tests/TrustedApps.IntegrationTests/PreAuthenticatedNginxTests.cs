using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.IntegrationTests;

/// <summary>nginx authenticates, by password or by asking another server, and names the user in headers.</summary>
public sealed class PreAuthenticatedNginxTests
{
    private const string FredsMail = "mail=fred@example.com";
    private const string SessionOfFred = "session=of-fred";

    [Fact]
    public async Task Whom_nginx_authenticated_by_password_is_the_user()
    {
        await using Site site = await StartAsync();

        var fred = Sight.Of(await site.Nginx.SendAsync(Get("/staff/closed", "fred")));
        var root = Sight.Of(await site.Nginx.SendAsync(Get("/staff/closed", "root")));
        Answer wrong = await site.Nginx.SendAsync(Get("/staff/closed", null, ("Authorization", PasswordFile.AuthorizationOf("nobody"))));

        Assert.Equal(("fred", FrontedApplication.FrontAddress, null), (fred.User, fred.Address, fred["Authorization"]));
        Assert.Equal([FredsMail, "given=first_name"], fred.Claims);
        Assert.Equal(("root", null), (root.User, root["MELLON_mail"])); // nginx does not send what is empty
        Assert.Contains("mail=invalid_email@noreply.com", root.Claims);
        Assert.Equal((401, 2), (wrong.Status, site.Wiki.Seen.Length));
        Assert.Empty(site.Wiki.Warnings);
    }

    [Fact]
    public async Task Whom_the_server_that_nginx_asks_knows_is_the_user()
    {
        await using Site site = await StartAsync();

        var fred = Sight.Of(await site.Nginx.SendAsync(Get("/session/closed", null, ("Cookie", "theme=dark; " + SessionOfFred))));
        Answer nobody = await site.Nginx.SendAsync(Get("/session/closed"));
        Answer spoofing = await site.Nginx.SendAsync(Get("/session/closed", "admin", ("X-User", "admin"), ("X-Session-User", "admin"), ("Cookie", "session=of-admin")));

        Assert.Equal("fred", fred.User);
        Assert.Equal((401, 401), (nobody.Status, spoofing.Status));
        Assert.Single(site.Wiki.Seen);
        Assert.Empty(site.Wiki.Warnings);
    }

    [Theory]
    [InlineData("X-User")]
    [InlineData("x-USER")]
    [InlineData("X_User")] // underscores_in_headers off, as it is unless somebody changes it
    [InlineData("x_user")]
    [InlineData("X.User")] // ignore_invalid_headers on, likewise
    [InlineData("X!User")]
    [InlineData("X~User")]
    [InlineData("MELLON_mail")]
    [InlineData("MELLON.mail")]
    public async Task No_spelling_of_a_client_passes_nginx_as_it_comes(string name)
    {
        await using Site site = await StartAsync();
        (string, string)[] spoofed = [(name, "admin")];

        var fred = Sight.Of(await site.Nginx.SendAsync(Get("/staff/closed", "fred", spoofed)));
        var fredsSession = Sight.Of(await site.Nginx.SendAsync(Get("/session/closed", null, [("Cookie", SessionOfFred), .. spoofed])));
        var nobody = Sight.Of(await site.Nginx.SendAsync(Get("/public/open", null, spoofed)));

        Assert.Equal(("fred", "fred", null), (fred.User, fredsSession.User, nobody.User));
        Assert.Equal(["MELLON_mail: fred@example.com", "X-User: fred"], fred.OfTheFront.Order(StringComparer.Ordinal));
        Assert.Equal(["X-User: fred"], fredsSession.OfTheFront);
        Assert.Empty(nobody.OfTheFront);
        Assert.Empty(site.Wiki.Warnings);
    }

    [Fact]
    public async Task Of_a_header_that_comes_twice_nothing_passes()
    {
        await using Site site = await StartAsync();

        var fred = Sight.Of(await site.Nginx.SendAsync(Get("/staff/closed", "fred", ("X-USER", "admin"), ("x-user", "root"))));

        Assert.Equal(("fred", "fred"), (fred.User, fred["X-User"]));
        Assert.Empty(site.Wiki.Warnings);
    }

    [Theory]
    [InlineData("x_user")]
    [InlineData("X.User")]
    [InlineData("X!User")]
    [InlineData("MELLON.mail")]
    [InlineData("MELLON-mail")] // passes either way, for it is neither invalid nor the one that is set
    public async Task What_nginx_lets_through_in_another_spelling_is_refused(string name)
    {
        await using Site site = await StartAsync("underscores_in_headers on; ignore_invalid_headers off;");

        Answer closed = await site.Nginx.SendAsync(Get("/staff/closed", "fred", (name, "admin")));
        var session = Sight.Of(await site.Nginx.SendAsync(Get("/session/open", null, ("Cookie", SessionOfFred), (name, "admin"))));
        var outside = Sight.Of(await site.Nginx.SendAsync(Get("/public/open", null, (name, "admin"))));

        Assert.Equal((401, null, null), (closed.Status, session.User, outside.User));
        Assert.All([session, outside], sight => Assert.Empty(sight.OfTheFront));
        Assert.All(site.Wiki.Seen, seen => Assert.Empty(Sight.OfTheFrontAmong(seen.Headers)));
        Assert.Equal(3, site.Wiki.Refusals.Length);
        Assert.All(site.Wiki.Refusals, line => Assert.Contains("from 127.0.0.2 by 'front': SYSTEM. The trusted proxy let a header pass that spells", line.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_attribute_that_nginx_calls_valid_passes_in_its_other_spelling_and_is_refused()
    {
        await using Site site = await StartAsync();

        Assert.Equal(401, (await site.Nginx.SendAsync(Get("/staff/closed", "fred", ("MELLON-mail", "admin@example.com")))).Status);
        Assert.Contains("SYSTEM. The trusted proxy let a header pass that spells MELLON_mail", Assert.Single(site.Wiki.Refusals).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-User")]
    [InlineData("close, x-user, MELLON_mail")]
    public async Task Connection_has_nginx_remove_nothing(string connection)
    {
        await using Site site = await StartAsync();

        var fred = Sight.Of(await site.Nginx.SendAsync(Get("/staff/closed", "fred", ("Connection", connection))));

        Assert.Equal("fred", fred.User);
        Assert.Contains(FredsMail, fred.Claims);
    }

    [Theory]
    [InlineData("X-User")]
    [InlineData("x_user")]
    [InlineData("X.User")]
    [InlineData("MELLON_mail")]
    [InlineData("mellon-mail")]
    public async Task Who_goes_round_nginx_is_nobody_and_the_header_is_gone_before_the_first_middleware(string name)
    {
        await using Site site = await StartAsync();

        Answer closed = await site.Wiki.SendAsync(Get("/staff/closed", null, (name, "admin"), ("X-Forwarded-For", FrontedApplication.FrontAddress)));
        var nobody = Sight.Of(await site.Wiki.SendAsync(Get("/session/open", null, (name, "admin"), ("Cookie", SessionOfFred))));

        Assert.Equal((401, null), (closed.Status, nobody.User));
        Assert.Empty(nobody.OfTheFront);
        Assert.All(site.Wiki.Seen, seen => Assert.Empty(Sight.OfTheFrontAmong(seen.Headers)));
        Assert.Equal(2, site.Wiki.Refusals.Length);
        Assert.All(site.Wiki.Refusals, line => Assert.Contains("from 127.0.0.1 by 'front': BAD_REMOTE_IP", line.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fred", "USER_UNKNOWN")]
    [InlineData("root", "PERMISSION_DENIED")]
    public async Task Known_to_nginx_and_not_here_is_403(string name, string code)
    {
        await using Site site = await StartAsync(users: new UserStore { Denied = "root" });

        Answer answer = await site.Nginx.SendAsync(Get("/staff/closed", name));

        Assert.Equal((403, null), (answer.Status, answer["Location"]));
        Assert.Contains(code, Assert.Single(site.Wiki.Refusals).Message, StringComparison.Ordinal);
    }

    // The trap of $remote_user: without auth_basic it is what the client says, and nobody has looked at the password.
    [Fact]
    public async Task Where_nginx_checks_no_password_its_remote_user_is_whoever_the_client_says()
    {
        await using Site site = await StartAsync();

        Assert.Equal("admin", Sight.Of(await site.Nginx.SendAsync(Get("/mistake/closed", null, ("Authorization", "Basic YWRtaW46")))).User); // admin and no password
        Assert.Null(Sight.Of(await site.Nginx.SendAsync(Get("/public/open", null, ("Authorization", "Basic YWRtaW46")))).User);
        Assert.Equal(401, (await site.Nginx.SendAsync(Get("/staff/closed", null, ("Authorization", "Basic YWRtaW46")))).Status);
        Assert.Equal("fred", Sight.Of(await site.Nginx.SendAsync(Get("/session/closed", null, ("Authorization", "Basic YWRtaW46"), ("Cookie", SessionOfFred)))).User);
    }

    [Theory]
    [InlineData("theme=dark; lang=de", "theme=dark; lang=de; PRE-AUTH=fred")]
    [InlineData(null, "PRE-AUTH=fred")]
    [InlineData("theme=dark; pre_auth=admin", "PRE-AUTH=fred")] // who sends one of that name loses the others, too
    [InlineData("PRE-AUTH=admin, Pre.Auth=root", "PRE-AUTH=fred")]
    public async Task A_cookie_that_nginx_sends_names_the_user(string? sent, string seen)
    {
        await using Site site = await StartAsync(configure: options => options.Cookie = "PRE-AUTH");

        var fred = Sight.Of(await site.Nginx.SendAsync(sent is null ? Get("/cookie/closed", "fred") : Get("/cookie/closed", "fred", ("Cookie", sent))));
        var nobody = Sight.Of(await site.Wiki.SendAsync(Get("/cookie/open", null, ("Cookie", "theme=dark; PRE-AUTH=fred; lang=de"))));

        Assert.Equal(("fred", seen), (fred.User, fred["Cookie"]));
        Assert.Equal((null, "theme=dark; lang=de"), (nobody.User, nobody["Cookie"]));
        Assert.Contains("BAD_REMOTE_IP", Assert.Single(site.Wiki.Refusals).Message, StringComparison.Ordinal);
    }

    // Below each of these paths of the front, the application has the same pages.
    private static async Task<Site> StartAsync(string directives = "", UserStore? users = null, Action<TrustedProxyOptions>? configure = null)
    {
        var site = new Site(await FrontedApplication.StartAsync(configure, users), await StartSessionsAsync(), new Nginx());
        try
        {
            await site.Nginx.WriteAsync("users", PasswordFile.Of("fred", "root", "admin"));
            await site.Nginx.StartAsync(
                $$"""
                {{directives}}
                proxy_bind {{FrontedApplication.FrontAddress}};

                location /staff/ {
                    auth_basic staff;
                    auth_basic_user_file users;
                    proxy_set_header X-User $remote_user;
                    proxy_set_header MELLON_mail $mail;
                    proxy_set_header Authorization "";
                    proxy_pass {{site.Wiki.Origin}};
                }

                location /session/ {
                    auth_request /session-check;
                    auth_request_set $session_user $upstream_http_x_session_user;
                    proxy_set_header X-User $session_user;
                    proxy_set_header MELLON_mail "";
                    proxy_pass {{site.Wiki.Origin}};
                }

                location = /session-check {
                    internal;
                    proxy_pass_request_body off;
                    proxy_set_header Content-Length "";
                    proxy_pass {{site.Sessions.Origin}};
                }

                location /public/ {
                    proxy_set_header X-User "";
                    proxy_set_header MELLON_mail "";
                    proxy_pass {{site.Wiki.Origin}};
                }

                location /mistake/ {
                    proxy_set_header X-User $remote_user;
                    proxy_pass {{site.Wiki.Origin}};
                }

                location /cookie/ {
                    auth_basic staff;
                    auth_basic_user_file users;
                    proxy_set_header Cookie "${other_cookies}PRE-AUTH=$remote_user";
                    proxy_pass {{site.Wiki.Origin}};
                }
                """,
                """
                map $remote_user $mail { fred fred@example.com; }
                map $http_cookie $other_cookies {
                    "" "";
                    ~*pre[^a-z0-9]auth "";
                    default "$http_cookie; ";
                }
                """);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    private static Task<KestrelServer> StartSessionsAsync() => KestrelServer.StartAsync(
        (_, _) => { },
        app => app.MapGet("/session-check", (HttpContext context) =>
        {
            if (context.Request.Cookies["session"] != "of-fred") return Results.Unauthorized();
            context.Response.Headers["X-Session-User"] = "fred";
            return Results.Ok();
        }));

    private static string Get(string path, string? name = null, params (string Name, string Value)[] headers)
    {
        var all = headers.Select(header => KeyValuePair.Create(header.Name, header.Value)).ToList();
        if (name is not null) all.Add(new("Authorization", PasswordFile.AuthorizationOf(name)));
        return RawHttp.Request($"GET {path}", "wiki.example.com", all);
    }

    private sealed record Site(FrontedApplication Wiki, KestrelServer Sessions, Nginx Nginx) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Nginx.DisposeAsync();
            await Wiki.DisposeAsync();
            await Sessions.DisposeAsync();
        }
    }
}
