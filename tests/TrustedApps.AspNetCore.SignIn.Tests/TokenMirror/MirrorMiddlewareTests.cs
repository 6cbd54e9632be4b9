using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore.SignIn.TokenMirror;

namespace TrustedApps.AspNetCore.SignIn.Tests.TokenMirror;

public sealed class MirrorMiddlewareTests
{
    [Theory]
    [InlineData(CookieAuthenticationDefaults.AuthenticationScheme, Entrance.Handler)]
    [InlineData(TrustedAppsDefaults.AuthenticationScheme, Entrance.Handler)]
    [InlineData(JwtHandler.Name, Entrance.Handler)]
    [InlineData(TrustedAppsDefaults.AuthenticationScheme, Entrance.Middleware)]
    public async Task A_listed_path_is_served_by_the_endpoint_of_its_target_to_every_token(string defaultScheme, Entrance entrance)
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(defaultScheme: defaultScheme, entrance: entrance);

        Answer version4 = await mirror.Http.Trusted(MirrorServer.Listed + "?q=%2B").SendAsync();
        Answer version3 = await mirror.Http.GetTrustedAsync(MirrorServer.Listed);
        Answer jwt = await mirror.SendAsync(MirrorServer.Listed);

        Assert.Equal((200, "TrustedApps fred /rest/api/content/7/child/attachment 0"), (version4.Status, version4.Body));
        Assert.Equal((200, "TrustedApps fred /rest/api/content/7/child/attachment 0"), (version3.Status, version3.Body));
        Assert.Equal((200, "Jwt Display Name /rest/api/content/7/child/attachment 0"), (jwt.Status, jwt.Body));
        Assert.Equal(("OK", "OK", null), (version4.Code, version3.Code, jwt.Code));
        Assert.Empty(mirror.Refusals);
    }

    [Fact]
    public async Task The_same_endpoint_still_serves_its_own_path_with_a_cookie()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync();

        Answer answer = await mirror.SendPlainAsync(MirrorServer.ListedTarget, await mirror.LogInAsync("barney"));

        Assert.Equal((200, "Cookies barney /rest/api/content/7/child/attachment 2"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_token_made_for_the_target_is_no_token_for_the_mirror()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync();

        Answer answer = await mirror.Http.SendRawAsync($"GET {MirrorServer.Listed}", Version4.Issue(mirror.Http.Origin, MirrorServer.ListedTarget));

        Assert.Equal((401, "BAD_SIGNATURE"), (answer.Status, answer.Code));
        Assert.Empty(mirror.Reached);
    }

    [Theory]
    [InlineData("/rest/token-auth/api/content/7/child")]
    [InlineData("/rest/token-auth/api/content/7/child/attachment/1")]
    [InlineData("/rest/token-auth/api/content/7/child/Attachment")]
    [InlineData("/rest/token-auth/api/issues")]
    [InlineData("/rest/token-auth/api/")]
    [InlineData("/rest/token-auth/api")]
    [InlineData("/rest/token-auth/apiary")]
    public async Task An_unlisted_path_is_not_found_and_says_nothing(string path)
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync();

        Answer answer = await mirror.SendAsync(path);

        Assert.Equal((404, ""), (answer.Status, answer.Body));
        Assert.Contains("no-store", answer["Cache-Control"], StringComparison.Ordinal);
        Assert.Empty(mirror.Reached);
        Assert.Contains($"Refused GET {path} from 127.0.0.1 by 'TokenMirror': BAD_URL.", Assert.Single(mirror.Refusals), StringComparison.Ordinal);
        Assert.Equal("TrustedApps.AspNetCore.SignIn.TokenMirror.MirrorMiddleware", Assert.Single(mirror.Http.Logs.Ours).Category);
    }

    [Fact]
    public async Task Every_refusal_has_the_status_that_is_configured()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            options => options.RejectionStatus = 403, entry: entry => entry.Subjects.Add("barney"), map: (app, _) => app.MapGet("/other", () => "other"));

        Assert.Equal(403, (await mirror.SendAsync("/rest/token-auth/api/issues")).Status);
        Assert.Equal(403, (await mirror.SendAsync("/rest//token-auth/api/issues")).Status);
        Assert.Equal(403, (await mirror.SendAsync(MirrorServer.Listed, method: "POST")).Status);
        Assert.Equal(403, (await mirror.SendAsync(MirrorServer.Listed)).Status);
        Assert.Equal(403, (await mirror.SendAsync(MirrorServer.Listed, JwtHandler.Issue("barney"))).Status); // no endpoint
    }

    [Fact]
    public async Task Other_paths_pass_untouched()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(map: (app, _) => app.MapGet("/{**path}", (HttpContext context) => $"{context.Request.Path} {context.Request.Cookies.Count}"));

        Answer answer = await mirror.SendPlainAsync("/rest/token-auth/other?next=/rest/token-auth/api/issues", new KeyValuePair<string, string>("Cookie", "a=b"));

        Assert.Equal((200, "/rest/token-auth/other 1", null), (answer.Status, answer.Body, answer["Cache-Control"]));
    }

    [Fact]
    public async Task Only_GET_and_HEAD_are_let_through_unless_others_are_listed()
    {
        await using MirrorServer plain = await MirrorServer.StartAsync();
        await using MirrorServer posting = await MirrorServer.StartAsync(entry: entry => entry.Methods.Add("POST"));

        Assert.Equal(200, (await plain.SendAsync(MirrorServer.Listed)).Status);
        Assert.Equal(200, (await plain.SendAsync(MirrorServer.Listed, method: "HEAD")).Status);
        Assert.Equal(404, (await plain.SendAsync(MirrorServer.Listed, method: "POST")).Status);
        Assert.Equal(404, (await plain.SendAsync(MirrorServer.Listed, method: "OPTIONS")).Status);
        Assert.Equal(404, (await posting.SendAsync(MirrorServer.Listed)).Status);
        Assert.Equal(200, (await posting.Http.Trusted(MirrorServer.Listed, method: HttpMethod.Post, content: "hello"u8.ToArray()).SendAsync()).Status);
        Assert.All(plain.Refusals.Concat(posting.Refusals), line => Assert.Contains("BAD_METHOD", line, StringComparison.Ordinal));
        Assert.Equal(2, plain.Reached.Count);
    }

    [Fact]
    public async Task An_entry_with_subjects_is_for_those_whom_the_token_names()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(entry: entry => entry.Subjects.Add("fred"));

        Assert.Equal(200, (await mirror.SendAsync(MirrorServer.Listed)).Status);
        Assert.Equal(200, (await mirror.Http.Trusted(MirrorServer.Listed).SendAsync()).Status);
        Assert.Equal(404, (await mirror.SendAsync(MirrorServer.Listed, JwtHandler.Issue("Fred"))).Status);
        Assert.Equal(404, (await mirror.SendAsync(MirrorServer.Listed, JwtHandler.Issue("barney", more: ("name", "fred")))).Status);
        Assert.Equal(404, (await mirror.SendAsync(MirrorServer.Listed, JwtHandler.Issue("barney", more: (ClaimTypes.NameIdentifier, "fred")))).Status);
        Assert.Equal(404, (await mirror.Http.Trusted(MirrorServer.Listed, "barney").SendAsync()).Status);
        Assert.Equal(404, (await mirror.Http.Request(MirrorServer.Listed, "barney").SendAsync()).Status);
        Assert.Equal(2, mirror.Reached.Count);
        Assert.All(mirror.Refusals, line => Assert.Contains("PERMISSION_DENIED", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_entry_with_applications_is_for_those_whom_the_token_names()
    {
        await using MirrorServer wiki = await MirrorServer.StartAsync(entry: entry => entry.Applications.Add("wiki"));
        await using MirrorServer blog = await MirrorServer.StartAsync(entry: entry => entry.Applications.Add("blog"));

        Assert.Equal(200, (await wiki.Http.Trusted(MirrorServer.Listed).SendAsync()).Status);
        Assert.Equal(200, (await wiki.SendAsync(MirrorServer.Listed)).Status);
        Assert.Equal(200, (await wiki.SendAsync(MirrorServer.Listed, JwtHandler.Issue(client: null, more: ("azp", "wiki")))).Status);
        Assert.Equal(404, (await wiki.SendAsync(MirrorServer.Listed, JwtHandler.Issue(client: "blog", more: ("azp", "wiki")))).Status);
        Assert.Equal(200, (await wiki.SendAsync(MirrorServer.Listed, JwtHandler.Issue(client: null, more: ("iss", "wiki")))).Status);
        Assert.Equal(404, (await wiki.SendAsync(MirrorServer.Listed, JwtHandler.Issue(client: null, more: [("azp", "blog"), ("iss", "wiki")]))).Status);
        Assert.Equal(404, (await wiki.SendAsync(MirrorServer.Listed, JwtHandler.Issue(client: null, more: [("client_id", new[] { "wiki", "blog" }), ("azp", "wiki")]))).Status);
        Assert.Equal(404, (await wiki.SendAsync(MirrorServer.Listed, JwtHandler.Issue(client: null))).Status);
        Assert.Equal(404, (await blog.Http.Trusted(MirrorServer.Listed).SendAsync()).Status);
        Assert.Equal((4, 0), (wiki.Reached.Count, blog.Reached.Count));
    }

    [Fact]
    public async Task Of_several_entries_one_that_lets_through_is_enough()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            options => options.Entries.Add(new TokenMirrorEntry { Path = "/rest/token-auth/api/content", Applications = { "wiki" }, Schemes = { JwtHandler.Name } }),
            entry: entry => entry.Subjects.Add("nobody"));

        Assert.Equal(200, (await mirror.SendAsync(MirrorServer.Listed)).Status);
        Assert.Equal(404, (await mirror.Http.Trusted(MirrorServer.Listed).SendAsync()).Status); // the second entry is for the other scheme
    }

    [Fact]
    public async Task An_entry_with_schemes_asks_no_other()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(entry: entry => entry.Schemes.Add(JwtHandler.Name));

        Assert.Equal(200, (await mirror.SendAsync(MirrorServer.Listed)).Status);
        Answer trusted = await mirror.Http.Trusted(MirrorServer.Listed).SendAsync();

        Assert.Equal((401, "Bearer", null), (trusted.Status, trusted["WWW-Authenticate"], trusted.Code));
        Assert.Single(mirror.Reached);
    }

    [Fact]
    public async Task Without_a_token_the_first_scheme_challenges()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync();

        Answer answer = await mirror.SendPlainAsync(MirrorServer.Listed);

        Assert.Equal((401, "TrustedApp", ""), (answer.Status, answer["WWW-Authenticate"], answer.Body));
        Assert.Contains("no-store", answer["Cache-Control"], StringComparison.Ordinal);
        Assert.Contains("NO_TOKEN", Assert.Single(mirror.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_bad_token_its_scheme_challenges_with_its_own_code()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync();
        AssertionHeaders headers = Version4.Issue(mirror.Http.Origin, MirrorServer.Listed);

        Answer version3 = await mirror.Http.Request(MirrorServer.Listed, keys: TestKeys.Blog).SendAsync();
        Answer version4 = await mirror.Http.SendRawAsync($"GET {MirrorServer.Listed}?more", headers);
        Answer jwt = await mirror.SendAsync(MirrorServer.Listed, "a.b.c");

        Assert.Equal((401, "APP_UNKNOWN"), (version3.Status, version3.Code));
        Assert.Equal((401, "BAD_SIGNATURE"), (version4.Status, version4.Code));
        Assert.Equal((401, "Bearer"), (jwt.Status, jwt["WWW-Authenticate"]));
        Assert.Empty(mirror.Reached);
    }

    [Fact]
    public async Task Of_two_schemes_that_refuse_the_one_that_needs_the_key_grant_answers()
    {
        using var keys = new TestKeyFile(TestKeys.Tracker);
        using var blog = new TestKeyFile(TestKeys.Blog);
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            options => options.Schemes.Add("Blogs"),
            services: builder => builder.Services.AddAuthentication().AddTrustedApps("Blogs", options =>
            {
                options.Keys = keys.Path;
                options.BaseUrls.Add("http://localhost:1");
                options.Applications.Add(new TrustedApplicationOptions { CertificateFile = blog.CertificatePath, Addresses = { "*" }, Urls = { "*" } });
            }));
        AssertionHeaders headers = Version4.Issue("http://localhost:1", MirrorServer.Listed, keys: TestKeys.Blog);

        Answer answer = await mirror.SendAsync(
            MirrorServer.Listed, more: headers.Enumerate().Where(header => !header.Key.EndsWith("-Key", StringComparison.Ordinal)));

        Assert.Equal((401, "GRANT_NEEDED"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_refused_request_of_version_4_is_refused_whatever_else_accepts()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync();
        AssertionHeaders headers = Version4.Issue(mirror.Http.Origin, MirrorServer.ListedTarget);

        Answer answer = await mirror.SendAsync(MirrorServer.Listed, more: headers.Enumerate());

        Assert.Equal((401, "BAD_SIGNATURE"), (answer.Status, answer.Code));
        Assert.Empty(mirror.Reached);
    }

    [Theory]
    [InlineData(Entrance.Handler)]
    [InlineData(Entrance.Middleware)]
    public async Task A_trusted_request_beside_an_accepted_token_makes_no_other_user(Entrance entrance)
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            options => options.Entries.Add(new TokenMirrorEntry { Path = MirrorServer.Pattern, Subjects = { "barney" }, Schemes = { JwtHandler.Name } }),
            entry: entry => entry.Subjects.Add("nobody"), // the trusted request is accepted, and not let through
            defaultScheme: TrustedAppsDefaults.AuthenticationScheme,
            entrance: entrance,
            map: (app, _) => app.Map("/rest/api/{**path}", (HttpContext context) =>
                $"{context.User.FindFirst("sub")?.Value} {AssertionHeaders.Names.Count(context.Request.Headers.ContainsKey)}").RequireAuthorization());

        Answer answer = await mirror.SendAsync(MirrorServer.Listed, JwtHandler.Issue("barney"), more: Version4.Issue(mirror.Http.Origin, MirrorServer.Listed).Enumerate());

        Assert.Equal((200, "barney 0", null), (answer.Status, answer.Body, answer.Code));
    }

    [Fact]
    public async Task A_scheme_that_forwards_is_not_accepted_and_sends_nobody_to_a_login_page()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            services: builder => builder.Services.Configure<AuthenticationSchemeOptions>(JwtHandler.Name, options =>
            {
                options.ForwardAuthenticate = "Constant";
                options.ForwardChallenge = CookieAuthenticationDefaults.AuthenticationScheme;
            }).AddAuthentication().AddScheme<AuthenticationSchemeOptions, ConstantHandler>("Constant", null),
            entry: entry => entry.Schemes.Add(JwtHandler.Name));

        Answer answer = await mirror.SendAsync(MirrorServer.Listed);

        Assert.Equal((401, null), (answer.Status, answer["Location"]));
        Assert.Empty(mirror.Reached);
    }

    [Fact]
    public async Task A_scheme_that_proves_nobody_is_not_accepted()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            options => options.Schemes.Add("Nobody"),
            builder => builder.Services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ConstantHandler>("Nobody", null));

        Assert.Equal(401, (await mirror.SendPlainAsync(MirrorServer.Listed)).Status);
        Assert.Contains("NO_TOKEN", Assert.Single(mirror.Refusals), StringComparison.Ordinal); // and not by the endpoint
        Assert.Empty(mirror.Reached);
    }

    [Fact]
    public async Task The_path_base_is_left_out_of_entries_and_target()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(before: app => app.UsePathBase("/app"));

        Answer version4 = await mirror.Http.SendRawAsync($"GET /app{MirrorServer.Listed}", Version4.Issue(mirror.Http.Origin + "/app", "/app" + MirrorServer.Listed));
        Answer jwt = await mirror.SendAsync("/app" + MirrorServer.Listed);

        Assert.Equal((200, "TrustedApps fred /rest/api/content/7/child/attachment 0"), (version4.Status, version4.Body));
        Assert.Equal(200, jwt.Status);
        Assert.Equal(404, (await mirror.SendAsync("/app/app" + MirrorServer.Listed)).Status);
        Assert.Equal(404, (await mirror.SendAsync("/app/rest/token-auth/api/../../api/content/7/child/attachment")).Status);
        Assert.Equal(404, (await mirror.SendAsync("/app" + MirrorServer.Listed + "/..")).Status);
        Assert.Equal(2, mirror.Reached.Count);
    }

    [Fact]
    public async Task A_path_that_something_rewrote_is_not_the_one_that_was_asked_for()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(before: app => app.Use((context, next) =>
        {
            if (context.Request.Headers["Rewrite"] is [{ } path]) context.Request.Path = path;
            return next(context);
        }));

        Assert.Equal(404, (await mirror.SendAsync("/elsewhere", more: new KeyValuePair<string, string>("Rewrite", MirrorServer.Listed))).Status);
        Assert.Equal(404, (await mirror.SendAsync(MirrorServer.Listed, more: new KeyValuePair<string, string>("Rewrite", MirrorServer.ListedTarget))).Status);
        Assert.Empty(mirror.Reached);
    }

    [Fact]
    public async Task Those_in_front_see_the_path_that_was_asked_for_before_and_after()
    {
        string? after = null;
        await using MirrorServer mirror = await MirrorServer.StartAsync(before: app => app.Use(async (context, next) =>
        {
            await next(context);
            after = context.Request.Path;
        }));

        Assert.Equal(200, (await mirror.SendAsync(MirrorServer.Listed)).Status);

        Assert.Equal(MirrorServer.Listed, after);
    }
}

/// <summary>Accepts everything: on behalf of somebody, or as "Nobody" of nobody.</summary>
internal sealed class ConstantHandler(
    Microsoft.Extensions.Options.IOptionsMonitor<AuthenticationSchemeOptions> options,
    Microsoft.Extensions.Logging.ILoggerFactory loggers,
    System.Text.Encodings.Web.UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder), TrustedApps.AspNetCore.Schemes.ITokenScheme
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.Success(
        new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([], Scheme.Name == "Nobody" ? null : Scheme.Name)), Scheme.Name)));
}
