using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.SignIn.Tests.TokenMirror;

/// <summary>On the mirror there are no cookies, no sessions, and no scheme but the one that accepted the token.</summary>
public sealed class MirrorCookieTests
{
    [Fact]
    public async Task A_valid_cookie_alone_is_no_token()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync();

        Answer answer = await mirror.SendPlainAsync(MirrorServer.Listed, await mirror.LogInAsync("barney"));

        Assert.Equal((401, ""), (answer.Status, answer.Body));
        Assert.Empty(mirror.Reached);
    }

    [Fact]
    public async Task A_token_in_a_cookie_is_no_token()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(map: (app, mirror) => app.Map("/rest/api/{**path}", mirror.Reach).RequireAuthorization(policy => policy.AddAuthenticationSchemes(JwtHandler.Name).RequireAuthenticatedUser()));
        KeyValuePair<string, string> cookie = new("Cookie", $"{JwtHandler.Cookie}={JwtHandler.Issue()}");

        Assert.Equal(200, (await mirror.SendPlainAsync(MirrorServer.ListedTarget, cookie)).Status);
        Assert.Equal(401, (await mirror.SendPlainAsync(MirrorServer.Listed, cookie)).Status);
        Assert.Single(mirror.Reached);
    }

    [Theory]
    [InlineData(CookieAuthenticationDefaults.AuthenticationScheme)]
    [InlineData(TrustedAppsDefaults.AuthenticationScheme)]
    public async Task Beside_a_token_the_cookie_of_another_user_does_not_reach_the_endpoint(string defaultScheme)
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            defaultScheme: defaultScheme,
            before: app => app.Use((context, next) =>
            {
                _ = context.Request.Cookies.Count; // read and kept in front of the mirror
                return next(context);
            }));
        KeyValuePair<string, string> cookie = await mirror.LogInAsync("barney");

        Answer jwt = await mirror.SendAsync(MirrorServer.Listed, more: cookie);
        Answer trusted = await mirror.Http.SendRawAsync($"GET {MirrorServer.Listed}", Version4.Issue(mirror.Http.Origin, MirrorServer.Listed), more: cookie);

        Assert.Equal((200, $"Jwt Display Name {MirrorServer.ListedTarget} 0"), (jwt.Status, jwt.Body));
        Assert.Equal((200, $"TrustedApps fred {MirrorServer.ListedTarget} 0"), (trusted.Status, trusted.Body));
    }

    [Fact]
    public async Task A_policy_that_names_the_cookie_scheme_gets_nothing()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(map: (app, mirror) =>
            app.Map("/rest/api/{**path}", mirror.Reach).RequireAuthorization(policy => policy.AddAuthenticationSchemes(CookieAuthenticationDefaults.AuthenticationScheme).RequireAuthenticatedUser()));
        KeyValuePair<string, string> cookie = await mirror.LogInAsync("barney");

        Answer mirrored = await mirror.SendAsync(MirrorServer.Listed, more: cookie);

        Assert.Equal((401, "Bearer", null), (mirrored.Status, mirrored["WWW-Authenticate"], mirrored["Location"]));
        Assert.Empty(mirror.Reached);
        Assert.Equal(200, (await mirror.SendPlainAsync(MirrorServer.ListedTarget, cookie)).Status);
    }

    [Fact]
    public async Task No_scheme_but_the_accepted_one_authenticates_and_those_that_forward_to_it_still_do()
    {
        string? seen = null;
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            services: builder => builder.Services.AddAuthentication()
                .AddScheme<AuthenticationSchemeOptions, ConstantHandler>("Constant", null)
                .AddPolicyScheme("ToJwt", null, options => options.ForwardDefault = JwtHandler.Name)
                .AddPolicyScheme("ToConstant", null, options => options.ForwardDefault = "Constant"),
            map: (app, _) => app.Map("/rest/api/{**path}", async (HttpContext context) =>
            {
                var results = new List<string>();
                foreach (string? scheme in (string?[])["Constant", "ToConstant", JwtHandler.Name, "ToJwt", TrustedAppsDefaults.AuthenticationScheme, null])
                {
                    AuthenticateResult result = await context.AuthenticateAsync(scheme);
                    results.Add(result.Succeeded ? "yes" : result.None ? "none" : "failed");
                }

                seen = string.Join(' ', results);
            }).RequireAuthorization(policy => policy.AddAuthenticationSchemes("ToJwt").RequireAuthenticatedUser()));

        Assert.Equal(200, (await mirror.SendAsync(MirrorServer.Listed)).Status);
        Assert.Equal("none none yes yes none none", seen);
        Assert.Equal(200, (await mirror.SendAsync(MirrorServer.ListedTarget)).Status);
        Assert.Equal("yes yes yes yes none none", seen);
    }

    [Fact]
    public async Task A_user_whom_the_endpoint_forbids_is_told_so_and_not_sent_to_a_login_page()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(map: (app, mirror) =>
            app.Map("/rest/api/{**path}", mirror.Reach).RequireAuthorization(policy => policy.RequireRole("administrator")));

        Answer answer = await mirror.SendAsync(MirrorServer.Listed);

        Assert.Equal((403, null), (answer.Status, answer["Location"]));
        Assert.Empty(mirror.Reached);
    }

    [Fact]
    public async Task No_session_is_left_behind_and_none_that_a_cookie_opened_is_seen()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            services: builder => builder.Services.AddDistributedMemoryCache().AddSession(),
            before: app => app.UseSession(),
            map: (app, _) =>
            {
                app.Map("/session", (HttpContext context) => context.Session.SetString("user", "barney"));
                app.Map("/rest/api/{**path}", async (HttpContext context) =>
                {
                    context.Response.Cookies.Append("a", "b");
                    await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, context.User);
                    return context.Features.Get<Microsoft.AspNetCore.Http.Features.ISessionFeature>()?.Session.GetString("user") ?? "no session";
                }).RequireAuthorization();
            });
        string session = (await mirror.Http.GetAsync("/session"))["Set-Cookie"]!.Split(';')[0];

        Answer answer = await mirror.SendAsync(MirrorServer.Listed, more: new KeyValuePair<string, string>("Cookie", session));

        Assert.Equal((200, "no session", null), (answer.Status, answer.Body, answer["Set-Cookie"]));
    }

    [Fact]
    public async Task No_cookie_leaves_with_a_refusal_either()
    {
        await using MirrorServer mirror = await MirrorServer.StartAsync(before: app => app.Use((context, next) =>
        {
            context.Response.Cookies.Append("a", "b");
            return next(context);
        }));

        Assert.Null((await mirror.SendAsync("/rest/token-auth/api/issues"))["Set-Cookie"]);
        Assert.Null((await mirror.SendAsync(MirrorServer.Listed, "bad"))["Set-Cookie"]);
        Assert.NotNull((await mirror.SendAsync(MirrorServer.ListedTarget))["Set-Cookie"]);
    }

    [Theory]
    [InlineData("public, max-age=60", "no-store, private")]
    [InlineData("private, no-store, max-age=0", "private, no-store, max-age=0")]
    public async Task What_the_mirror_serves_is_for_no_cache(string said, string sent)
    {
        int count = 0;
        await using MirrorServer mirror = await MirrorServer.StartAsync(
            services: builder => builder.Services.AddResponseCaching(),
            between: app => app.UseResponseCaching(),
            map: (app, _) => app.MapGet("/rest/api/{**path}", (HttpContext context) =>
            {
                context.Response.Headers.CacheControl = said;
                return $"{++count}";
            }).RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = $"{JwtHandler.Name},{CookieAuthenticationDefaults.AuthenticationScheme}" }));
        KeyValuePair<string, string> cookie = await mirror.LogInAsync("barney");

        Answer mirrored = await mirror.SendAsync(MirrorServer.Listed);
        Answer direct = await mirror.SendPlainAsync(MirrorServer.ListedTarget, cookie);
        Answer again = await mirror.SendAsync(MirrorServer.Listed);

        Assert.Equal((sent, said, sent), (mirrored["Cache-Control"], direct["Cache-Control"], again["Cache-Control"]));
        Assert.Equal(("1", "2", "3"), (mirrored.Body, direct.Body, again.Body)); // a cached answer of the target is not given either
    }
}
