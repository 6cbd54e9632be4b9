using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Schemes;
using TrustedApps.AspNetCore.SignIn.Chain;

namespace TrustedApps.AspNetCore.SignIn.Tests.Chain;

public sealed class ChainHandlerTests
{
    [Theory]
    [InlineData("silent fails succeeds later", "succeeds", "silent fails succeeds")]
    [InlineData("succeeds fails", "succeeds", "succeeds")]
    [InlineData("later succeeds", "later", "later")]
    [InlineData("fails silent", "anonymous", "fails silent")]
    [InlineData("silent", "anonymous", "silent")]
    public async Task Links_are_asked_in_their_order_until_one_succeeds(string links, string user, string asked)
    {
        await using KestrelServer server = await StartAsync(links.Split(' '));

        Answer answer = await server.GetAsync("/open");

        Assert.Equal((200, user), (answer.Status, answer.Body));
        Assert.Equal(asked, server.Asked());
    }

    [Fact]
    public async Task A_link_that_cannot_look_up_its_user_ends_the_chain_and_answers()
    {
        await using KestrelServer server = await Links.StartAsync(schemes => schemes
            .Fails("fails")
            .Answers("proxy", _ => SchemeResult.Reject(RejectionCodes.Unavailable, answersChallenge: true))
            .Succeeds("cookie")
            .AddChain("Inner", Chain("fails", "proxy", "cookie"))
            .AddChain("Chain", Chain("Inner", "cookie")));

        Answer answer = await server.GetAsync("/open");

        Assert.Equal((200, "anonymous"), (answer.Status, answer.Body)); // and not the user of the cookie
        Assert.Equal("fails proxy", server.Asked());
        Assert.Equal("proxy answers", (await server.GetAsync("/closed")).Body);
    }

    [Fact]
    public async Task A_link_is_asked_once_a_request_whoever_asks_the_chain()
    {
        await using KestrelServer server = await Links.StartAsync(
            schemes => schemes.IsSilent("silent").Fails("fails").Succeeds("succeeds").AddChain("Chain", Chain("silent", "fails", "succeeds")),
            app =>
            {
                app.UseAuthentication();
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapGet("/often", async context =>
                {
                    for (int time = 0; time < 3; time++) await context.AuthenticateAsync();
                    await context.Response.WriteAsync(await Links.DescribeAsync(context, "Chain"));
                }).RequireAuthorization(policy => policy.AddAuthenticationSchemes("Chain").RequireAuthenticatedUser());
            });

        Answer answer = await server.GetAsync("/often");

        Assert.Equal((200, "succeeds; fails: no fails"), (answer.Status, answer.Body));
        Assert.Equal("silent fails succeeds", server.Asked());
        Assert.Single(server.Logs.Lines, line => line.Event.Name == "LinksFailed");
        await server.GetAsync("/often");
        Assert.Equal("silent fails succeeds", server.Asked()); // nothing is kept from one request for the next
    }

    [Theory]
    [InlineData("silent", "none")]
    [InlineData("succeeds", "succeeds")]
    [InlineData("silent succeeds", "succeeds")]
    [InlineData("silent fails refuses", "failure no fails; fails: no fails; refuses: no refuses")]
    [InlineData("refuses fails succeeds", "succeeds; refuses: no refuses; fails: no fails")]
    public async Task Failures_are_told_and_a_chain_without_any_has_nothing_to_say(string links, string result)
    {
        await using KestrelServer server = await StartAsync(links.Split(' '));

        Assert.Equal(result, (await server.GetAsync("/failures")).Body);
    }

    [Fact]
    public async Task Failures_are_of_one_request_alone()
    {
        await using KestrelServer server = await Links.StartAsync(schemes => schemes
            .Answers("first", context => context.Request.Query.ContainsKey("bad") ? AuthenticateResult.Fail("bad") : AuthenticateResult.NoResult())
            .Answers("second", One(Links.Success("second")))
            .AddChain("Chain", Chain("first", "second")));

        Assert.Equal("second; first: bad", (await server.GetAsync("/failures?bad")).Body);
        Assert.Equal("second", (await server.GetAsync("/failures")).Body); // the ticket of the link is the same object

        static Func<HttpContext, AuthenticateResult> One(AuthenticateResult result) => _ => result;
    }

    [Theory]
    [InlineData("fails refuses", "Chain 'Chain': no scheme authenticated GET /base/open/x from 127.0.0.1, after links had failed: fails: no fails; refuses: no refuses")]
    [InlineData("fails refuses succeeds", "Chain 'Chain': succeeds authenticated GET /base/open/x from 127.0.0.1, after links had failed: fails: no fails; refuses: no refuses")]
    public async Task One_line_of_the_log_names_every_failure(string links, string message)
    {
        await using KestrelServer server = await StartAsync(links.Split(' '), ChainPathTests.BelowBase);

        await server.GetAsync("/base/open/x?secret");

        LogLine line = Assert.Single(server.Logs.Lines, line => line.Event.Name == "LinksFailed");
        Assert.Equal((23, LogLevel.Information, message), (line.Event.Id, line.Level, line.Message));
    }

    [Theory]
    [InlineData("succeeds")]
    [InlineData("silent")]
    public async Task Without_failures_there_is_nothing_to_log(string links)
    {
        await using KestrelServer server = await StartAsync(links.Split(' '));

        await server.GetAsync("/open");

        Assert.DoesNotContain(server.Logs.Lines, line => line.Event.Name == "LinksFailed");
    }

    [Fact]
    public async Task What_a_link_says_cannot_break_the_line_or_turn_it_round()
    {
        await using KestrelServer server = await Links.StartAsync(schemes => schemes
            .Answers("hostile", _ => AuthenticateResult.Fail("no\r\nChain\u2028\u202Ex\u001b"))
            .AddChain("Chain", Chain("hostile")));

        await RawHttp.SendAsync(server.EndPoint, RawHttp.Request("GET /open/%0d%0a%e2%80%ae", server.EndPoint.ToString()));

        LogLine line = Assert.Single(server.Logs.Lines, line => line.Event.Name == "LinksFailed");
        Assert.EndsWith("hostile: no??Chain??x?", line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(line.Message, character => char.GetUnicodeCategory(character) is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format);
    }

    [Theory]
    [InlineData("silent", "login", null, 401, "login answers")]
    [InlineData("fails", "login", null, 401, "login answers")]
    [InlineData("silent", null, null, 401, "")]
    [InlineData("fails", null, "door", 401, "")]
    [InlineData("succeeds", null, null, 403, "")]
    [InlineData("succeeds", "login", null, 403, "")]
    [InlineData("succeeds", "login", "door", 403, "door answers")]
    [InlineData("succeeds", null, "succeeds", 403, "succeeds answers")]
    public async Task Challenge_and_forbid_go_to_the_schemes_that_are_named_for_them(string link, string? challenge, string? forbid, int status, string body)
    {
        await using KestrelServer server = await Links.StartAsync(
            schemes => schemes.Succeeds("login").Succeeds("door").Succeeds("succeeds").Fails("fails").IsSilent("silent").AddChain("Chain", chain =>
            {
                chain.Try(link);
                if (challenge is not null) chain.ChallengeWith(challenge);
                if (forbid is not null) chain.ForbidWith(forbid);
            }),
            app => app.MapGet("/nobody", TestProvider.Who).RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireUserName("nobody")));

        Answer answer = await server.GetAsync("/nobody");

        Assert.Equal((status, body), (answer.Status, answer.Body));
        Assert.Equal(link, server.Asked()); // who only answers a challenge is not asked who the user is
    }

    [Fact]
    public async Task Without_a_scheme_for_it_the_answer_is_a_problem_where_the_application_has_those()
    {
        await using KestrelServer server = await StartAsync(["silent"], services: services => services.AddProblemDetails());

        Answer answer = await server.GetAsync("/closed");

        Assert.Equal((401, "application/problem+json"), (answer.Status, answer["Content-Type"]));
        Assert.Contains("The request is not authenticated.", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_challenge_in_code_asks_the_chain_first()
    {
        await using KestrelServer server = await Links.StartAsync(
            schemes => schemes.Fails("fails").IsSilent("login").AddChain("Chain", chain => chain.Try("fails").ChallengeWith("login")),
            app => app.MapGet("/challenge", context => context.ChallengeAsync("Chain")),
            defaultScheme: "login");

        Assert.Equal("login answers", (await server.GetAsync("/challenge")).Body);
        Assert.Equal("login fails", server.Asked());
    }

    [Fact]
    public async Task A_policy_can_name_the_chain_where_another_scheme_is_the_default()
    {
        await using KestrelServer server = await Links.StartAsync(
            schemes => schemes.IsSilent("default").Fails("fails").Succeeds("succeeds").AddChain("Chain", Chain("default", "fails", "succeeds")),
            app => app.MapGet("/policy", TestProvider.Who).RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = "Chain" }),
            defaultScheme: "default");

        Assert.Equal((200, "succeeds"), await SummaryAsync(server, "/policy"));
        Assert.Equal("default fails succeeds", server.Asked());
        Assert.Equal((401, "default answers"), await SummaryAsync(server, "/closed"));
    }

    [Fact]
    public async Task A_chain_can_be_a_link_and_its_failures_are_told_with_the_others()
    {
        await using KestrelServer server = await Links.StartAsync(schemes => schemes
            .Fails("one").Fails("two").Fails("three").Answers("four", context => context.Request.Query.ContainsKey("ok") ? Links.Success("four") : AuthenticateResult.NoResult())
            .AddChain("Inner", Chain("two", "three", "four"))
            .AddChain("Chain", Chain("one", "Inner", "two")));

        Answer failed = await server.GetAsync("/failures");
        string asked = server.Asked();
        Answer succeeded = await server.GetAsync("/failures?ok");

        Assert.Equal("failure no one; one: no one; two: no two; three: no three; two: no two", failed.Body);
        Assert.Equal("one two three four", asked); // two gives both chains the one answer that it has
        Assert.Equal("four; one: no one; two: no two; three: no three", succeeded.Body);
    }

    [Fact]
    public async Task A_refusal_in_a_chain_in_a_chain_still_answers_the_challenge_itself()
    {
        await using KestrelServer server = await Links.StartAsync(schemes => schemes
            .Fails("fails").IsSilent("login").Answers("refuses", _ => AuthenticateResult.Fail(new RejectedException("USER_UNKNOWN", answersChallenge: true)))
            .AddChain("Inner", Chain("fails", "refuses"))
            .AddChain("Chain", chain => chain.Try("Inner").ChallengeWith("login")));

        Assert.Equal((401, "refuses answers"), await SummaryAsync(server, "/closed"));
    }

    [Theory]
    [InlineData(true, "refuses answers")]
    [InlineData(false, "login answers")]
    public async Task Only_a_refusal_that_answers_the_challenge_itself_goes_before_the_login_page(bool answersChallenge, string body)
    {
        await using KestrelServer server = await Links.StartAsync(schemes => schemes
            .Fails("fails").IsSilent("login").Answers("refuses", _ => AuthenticateResult.Fail(new RejectedException("USER_UNKNOWN", answersChallenge)))
            .AddChain("Chain", chain => chain.Try("fails").Try("refuses").ChallengeWith("login")));

        Assert.Equal((401, body), await SummaryAsync(server, "/closed"));
    }

    [Fact]
    public async Task A_refusal_that_a_later_link_made_good_does_not_answer_a_challenge()
    {
        await using KestrelServer server = await Links.StartAsync(
            schemes => schemes
                .IsSilent("login").Succeeds("succeeds").Answers("refuses", _ => AuthenticateResult.Fail(new RejectedException("USER_UNKNOWN", answersChallenge: true)))
                .AddChain("Chain", chain => chain.Try("refuses").Try("succeeds").ChallengeWith("login")),
            app => app.MapGet("/again", context => context.ChallengeAsync()));

        Assert.Equal((401, "login answers"), await SummaryAsync(server, "/again"));
    }

    [Theory]
    [InlineData("succeeds")]
    [InlineData("fails succeeds")]
    public async Task Claims_are_transformed_once(string links)
    {
        await using KestrelServer server = await StartAsync(
            links.Split(' '),
            app => app.MapGet("/claims", context => context.Response.WriteAsync($"{context.User.FindAll("transformed").Count()}"))
                .RequireAuthorization(policy => policy.AddAuthenticationSchemes("Chain").RequireAuthenticatedUser()),
            services => services.AddSingleton<IClaimsTransformation, CountingTransformation>());

        Assert.Equal((200, "1"), await SummaryAsync(server, "/claims"));
        Assert.Equal(1, ((CountingTransformation)server.Services.GetRequiredService<IClaimsTransformation>()).Count);
    }

    [Fact]
    public async Task An_exception_of_a_link_is_not_taken_for_a_failure()
    {
        await using KestrelServer server = await Links.StartAsync(schemes => schemes
            .Answers("throws", _ => throw new InvalidOperationException("database away")).Succeeds("succeeds").AddChain("Chain", Chain("throws", "succeeds")));

        Assert.Equal(500, (await server.GetAsync("/open")).Status);
        Assert.Equal("throws", server.Asked());
        Assert.Contains(server.Logs.Lines, line => line.Exception?.Message == "database away");
    }

    [Theory]
    [InlineData("forwards")]
    [InlineData("silent forwards")] // the chain has waited for a link before it comes round
    public async Task A_link_that_forwards_to_its_own_chain_is_an_error_and_no_end_of_the_process(string links)
    {
        await using KestrelServer server = await Links.StartAsync(schemes => schemes
            .IsSilent("silent")
            .AddPolicyScheme("forwards", displayName: null, policy => policy.ForwardDefaultSelector = context => context.Request.Query.ContainsKey("round") ? "Chain" : "silent")
            .AddChain("Chain", Chain(links.Split(' '))));

        Assert.Equal((200, "anonymous"), await SummaryAsync(server, "/open"));
        Assert.Equal(500, (await server.GetAsync("/open?round")).Status);
        Assert.Contains(server.Logs.Lines, line => line.Exception?.Message.StartsWith("Chain 'Chain' calls itself", StringComparison.Ordinal) == true);
    }

    private static Action<ChainBuilder> Chain(params string[] links) => chain =>
    {
        foreach (string link in links) chain.Try(link);
    };

    private static Task<KestrelServer> StartAsync(string[] links, Action<WebApplication>? map = null, Action<IServiceCollection>? services = null) => Links.StartAsync(
        schemes => schemes.IsSilent("silent").Fails("fails").Fails("refuses").Succeeds("succeeds").Succeeds("later").AddChain("Chain", Chain(links)), map, services);

    private static async Task<(int Status, string Body)> SummaryAsync(KestrelServer server, string path)
    {
        Answer answer = await server.GetAsync(path);
        return (answer.Status, answer.Body);
    }

    private sealed class CountingTransformation : IClaimsTransformation
    {
        public int Count { get; private set; }

        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            Count++;
            return Task.FromResult(new ClaimsPrincipal([.. principal.Identities, new ClaimsIdentity([new Claim("transformed", "yes")])]));
        }
    }
}
