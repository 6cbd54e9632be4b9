using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.SignIn.Tests.Chain;

/// <summary>Trusted applications, a trusted proxy and two cookies in one chain.</summary>
public sealed class ChainOfSchemesTests
{
    [Fact]
    public async Task A_good_trusted_request_is_the_first_links()
    {
        await using KestrelServer server = await StartAsync();

        Answer newest = await server.Trusted("/closed").SendAsync();
        Answer older = await server.GetTrustedAsync("/closed");

        Assert.Equal((200, "fred", "OK"), (newest.Status, newest.Body, newest.Code));
        Assert.Equal((200, "fred", "OK"), (older.Status, older.Body, older.Code));
    }

    [Theory]
    [InlineData("/open")]
    [InlineData("/closed")]
    public async Task A_bad_request_of_version_4_is_refused_outright_whoever_else_knows_the_user(string path)
    {
        await using KestrelServer server = await StartAsync();
        string cookie = await LogInAsync(server, "Session");

        Answer answer = await server.Trusted(path, keys: TestKeys.Blog).With("Cookie", cookie).SendAsync();

        Assert.Equal((401, "", "APP_UNKNOWN", "TrustedApp error=\"APP_UNKNOWN\""), (answer.Status, answer.Body, answer.Code, answer["WWW-Authenticate"]));
    }

    [Fact]
    public async Task A_bad_request_of_an_older_version_passes_on_to_the_next_link()
    {
        await using KestrelServer server = await StartAsync();
        string cookie = await LogInAsync(server, "Session");

        Answer answer = await server.Request("/closed", keys: TestKeys.Blog).With("Cookie", cookie).SendAsync();

        Assert.Equal((200, "Session", "APP_UNKNOWN"), (answer.Status, answer.Body, answer.Code));
        Assert.EndsWith(
            "Session authenticated GET /closed from 127.0.0.1, after links had failed: TrustedApps: APP_UNKNOWN",
            Assert.Single(server.Logs.Lines, line => line.Event.Name == "LinksFailed").Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_request_of_an_older_version_gets_its_code_and_not_the_login_page()
    {
        await using KestrelServer server = await StartAsync();

        Answer answer = await server.Request("/closed", keys: TestKeys.Blog).SendAsync();

        Assert.Equal((401, "APP_UNKNOWN", null), (answer.Status, answer.Code, answer["Location"]));
        Assert.Equal("TrustedApp error=\"APP_UNKNOWN\"", answer["WWW-Authenticate"]);
        Assert.Equal("anonymous", (await server.Request("/open", keys: TestKeys.Blog).SendAsync()).Body);
    }

    [Fact]
    public async Task A_user_of_the_proxy_who_is_unknown_here_gets_403_and_not_the_login_page()
    {
        await using KestrelServer server = await StartAsync();

        Answer unknown = await new HttpRequestMessage(HttpMethod.Get, server.Origin + "/closed").With("X-User", "ann").SendAsync();
        Answer denied = await new HttpRequestMessage(HttpMethod.Get, server.Origin + "/closed").With("X-User", "dan").SendAsync();
        Answer spoofed = await new HttpRequestMessage(HttpMethod.Get, server.Origin + "/closed").With("X_User", "fred").SendAsync();

        Answer muddled = await new HttpRequestMessage(HttpMethod.Get, server.Origin + "/closed").With("X-User", "fred, ann").SendAsync();

        Assert.Equal((401, null), (muddled.Status, muddled["Location"]));
        Assert.Equal((403, null), (unknown.Status, unknown["Location"]));
        Assert.Equal((403, null), (denied.Status, denied["Location"]));
        Assert.Equal((401, null), (spoofed.Status, spoofed["Location"]));
    }

    [Fact]
    public async Task A_user_of_the_proxy_who_is_unknown_here_can_still_be_known_to_a_later_link()
    {
        await using KestrelServer server = await StartAsync();
        string cookie = await LogInAsync(server, "Persistent");

        Assert.Equal("Persistent", (await new HttpRequestMessage(HttpMethod.Get, server.Origin + "/closed").With("X-User", "ann").With("Cookie", cookie).SendAsync()).Body);
    }

    [Theory]
    [InlineData("Session")]
    [InlineData("Persistent")]
    public async Task Each_cookie_is_a_link(string scheme)
    {
        await using KestrelServer server = await StartAsync();
        string cookie = await LogInAsync(server, scheme);

        Assert.Equal(scheme, (await new HttpRequestMessage(HttpMethod.Get, server.Origin + "/closed").With("Cookie", cookie).SendAsync()).Body);
    }

    [Fact]
    public async Task Nobody_gets_the_login_page_of_the_scheme_that_is_named_for_it()
    {
        await using KestrelServer server = await StartAsync();

        Answer anonymous = await server.GetAsync("/closed");
        Answer broken = await new HttpRequestMessage(HttpMethod.Get, server.Origin + "/closed").With("Cookie", ".AspNetCore.Session=broken").SendAsync();

        Assert.Equal((302, $"{server.Origin}/Account/Login?ReturnUrl=%2Fclosed"), (anonymous.Status, anonymous["Location"]));
        Assert.Equal(302, broken.Status);
    }

    private static Task<KestrelServer> StartAsync() => Version4.StartAsync(
        options => options.Applications.Add(Version4.Trust(trust => trust.Legacy = new LegacyAccessOptions
        {
            Until = TimeProvider.System.GetUtcNow().AddDays(1),
            PublicKey = TestKeys.Wiki.PublicKey.ToBase64(),
            Addresses = { "*" },
            Urls = { "*" },
        })),
        services =>
        {
            services.AddDataProtection().UseEphemeralDataProtectionProvider();
            services.AddSingleton(UserResolvers.List(["fred"], ["dan"]));
            services.AddAuthentication("Chain")
                .AddCookie("Session").AddCookie("Persistent")
                .AddTrustedProxy("Proxy", options =>
                {
                    options.Header = "X-User";
                    options.Addresses.Add("127.0.0.1");
                })
                .AddChain("Chain", chain => chain.Try(TrustedAppsDefaults.AuthenticationScheme).Try("Proxy").Try("Session").Try("Persistent").ChallengeWith("Session"));
        },
        after: app => app.MapGet("/login/{scheme}", (HttpContext context, string scheme) =>
            context.SignInAsync(scheme, new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, scheme)], scheme)))));

    private static async Task<string> LogInAsync(KestrelServer server, string scheme) => (await server.GetAsync($"/login/{scheme}"))["Set-Cookie"]!.Split(';')[0];
}
