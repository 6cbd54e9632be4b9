using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.SignIn.Tests.Chain;

/// <summary>Links with paths: where they are asked, and that no spelling of a path gets round it.</summary>
public sealed class ChainPathTests
{
    [Theory]
    [InlineData("/api", true)]
    [InlineData("/api/", true)]
    [InlineData("/api/x?y", true)]
    [InlineData("/%61pi/x", true)]
    [InlineData("/open", false)]
    [InlineData("/apis", false)]
    [InlineData("/API/x", false)]
    [InlineData("/%41PI/x", false)]
    [InlineData("/api/../open", false)]
    [InlineData("/api/%2e%2e/open", false)]
    [InlineData("/api/..%2fopen", false)]
    [InlineData("/open/../api/x", false)]
    [InlineData("/api/./x", false)]
    [InlineData("/api%2fx", false)]
    [InlineData("/api%2Fx", false)]
    [InlineData("//api/x", false)]
    [InlineData("/api//x", false)]
    [InlineData("/open//api", false)]
    [InlineData("/api%5cx", false)]
    [InlineData("/api;x", false)]
    [InlineData("/api%3bx/y", false)]
    [InlineData("/%2561pi", false)]
    [InlineData("/open?/api", false)]
    [InlineData("/open%3f/api", false)]
    [InlineData("http://127.0.0.1/api/x", true)]
    [InlineData("http://127.0.0.1/api%2fx", false)]
    [InlineData("http://127.0.0.1/api/../open", false)]
    public async Task A_link_with_a_path_is_asked_there_and_nowhere_else(string target, bool isAsked)
    {
        await using KestrelServer server = await Links.StartAsync(
            schemes => schemes.Succeeds("limited").IsSilent("after").AddChain("Chain", chain => chain.Try("limited", "/api").Try("after")),
            app => app.Map("{**path}", TestProvider.Who));

        string host = target.StartsWith("http://", StringComparison.Ordinal) ? "127.0.0.1" : server.EndPoint.ToString();
        Answer answer = await RawHttp.SendAsync(server.EndPoint, RawHttp.Request($"GET {target}", host));

        Assert.Equal(isAsked ? "limited" : "after", server.Asked());
        Assert.Equal((200, isAsked ? "limited" : "anonymous"), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("*", "//open", "limited")]
    [InlineData("/one /two", "/one", "limited")]
    [InlineData("/one /two", "/two/x", "limited")]
    [InlineData("/one /two", "/three", "after")]
    [InlineData("/one/*/two", "/one/x/two", "limited")]
    [InlineData("/one/*/two", "/one/two", "after")]
    public async Task Each_pattern_of_a_link_counts(string patterns, string target, string asked)
    {
        await using KestrelServer server = await Links.StartAsync(
            schemes => schemes.Succeeds("limited").IsSilent("after").AddChain("Chain", chain => chain.Try("limited", patterns.Split(' ')).Try("after")));

        await RawHttp.SendAsync(server.EndPoint, RawHttp.Request($"GET {target}", server.EndPoint.ToString()));

        Assert.Equal(asked, server.Asked());
    }

    [Theory]
    [InlineData("/base/api", "limited")]
    [InlineData("/base/api/x", "limited")]
    [InlineData("/BASE/api/x", "limited")]
    [InlineData("/api", "limited")]
    [InlineData("/base/base/api", "")]
    [InlineData("/base//api", "")]
    [InlineData("/base/../api", "")]
    public async Task Patterns_begin_below_the_path_base(string target, string asked)
    {
        await using KestrelServer server = await Links.StartAsync(
            schemes => schemes.Succeeds("limited").AddChain("Chain", chain => chain.Try("limited", "/api")), BelowBase);

        await RawHttp.SendAsync(server.EndPoint, RawHttp.Request($"GET {target}", server.EndPoint.ToString()));

        Assert.Equal(asked, server.Asked());
    }

    [Fact]
    public async Task A_path_that_was_rewritten_opens_no_limit()
    {
        await using KestrelServer server = await Links.StartAsync(
            schemes => schemes.Succeeds("limited").AddChain("Chain", chain => chain.Try("limited", "/api")),
            app =>
            {
                app.Use((context, next) =>
                {
                    context.Request.Path = context.Request.Query["to"].ToString();
                    return next(context);
                });
                app.UseRouting();
                app.UseAuthentication();
            });

        Answer into = await server.GetAsync("/open?to=/api/x");
        Answer outOf = await server.GetAsync("/api/x?to=/open");

        Assert.Equal((404, 200, "anonymous"), (into.Status, outOf.Status, outOf.Body));
        Assert.Equal("", server.Asked());
    }

    internal static void BelowBase(WebApplication app)
    {
        app.UsePathBase("/base");
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
    }
}
