using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace TrustedApps.AspNetCore.SignIn.Tests.Chain;

public sealed class ChainValidatorTests
{
    [Fact]
    public Task A_link_that_is_no_scheme_stops_the_start() => AssertStopsAsync(
        ["Chain 'Chain': there is no scheme 'Form'. Add the scheme, or remove it from the chain."],
        schemes => schemes.AddChain("Chain", chain => chain.Try("Form")));

    [Fact]
    public Task Names_of_schemes_differ_in_case() => AssertStopsAsync(
        ["Chain 'Chain': there is no scheme 'ONE'. Add the scheme, or remove it from the chain."],
        schemes => schemes.Succeeds("one").AddChain("Chain", chain => chain.Try("ONE")));

    [Fact]
    public Task Who_answers_has_to_be_a_scheme_too() => AssertStopsAsync(
        [
            "Chain 'Chain': there is no scheme 'Login'. Add the scheme, or remove it from the chain.",
            "Chain 'Chain': there is no scheme 'Door'. Add the scheme, or remove it from the chain.",
        ],
        schemes => schemes.Succeeds("one").AddChain("Chain", chain => chain.Try("one").ChallengeWith("Login").ForbidWith("Door")));

    [Fact]
    public Task What_is_missing_is_said_once() => AssertStopsAsync(
        ["Chain 'Chain': there is no scheme 'Login'. Add the scheme, or remove it from the chain."],
        schemes => schemes.Succeeds("one").AddChain("Chain", chain => chain.Try("one").ChallengeWith("Login").ForbidWith("Login")));

    [Theory]
    [InlineData("try")]
    [InlineData("challenge")]
    [InlineData("forbid")]
    public Task A_chain_that_names_itself_stops_the_start(string where) => AssertStopsAsync(
        ["Chain 'Chain' calls itself. Remove it from the chains that it calls."],
        schemes => schemes.Succeeds("one").AddChain("Chain", chain =>
        {
            chain.Try("one");
            if (where == "try") chain.Try("Chain");
            if (where == "challenge") chain.ChallengeWith("Chain");
            if (where == "forbid") chain.ForbidWith("Chain");
        }));

    [Fact]
    public async Task Chains_in_a_circle_stop_the_start_and_each_is_named()
    {
        Exception stopped = await Assert.ThrowsAnyAsync<Exception>(() => Links.StartAsync(schemes => schemes
            .Succeeds("one")
            .AddChain("Chain", chain => chain.Try("one").Try("Second"))
            .AddChain("Second", chain => chain.Try("one").ChallengeWith("Third"))
            .AddChain("Third", chain => chain.Try("Chain"))
            .AddChain("Leads to it", chain => chain.Try("Chain"))));

        Assert.Equal(
            ["Chain 'Chain'", "Chain 'Second'", "Chain 'Third'"],
            FailuresOf(stopped).Select(failure => failure.Split(" calls itself")[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_ways_to_one_chain_are_no_circle()
    {
        await using KestrelServer server = await Links.StartAsync(schemes => schemes
            .Succeeds("one")
            .AddChain("Shared", chain => chain.Try("one"))
            .AddChain("Other", chain => chain.Try("Shared"))
            .AddChain("Chain", chain => chain.Try("Other").Try("Shared").ChallengeWith("Other").ForbidWith("Shared")));

        Assert.Equal("one", (await server.GetAsync("/closed")).Body);
    }

    private static async Task AssertStopsAsync(string[] messages, Action<AuthenticationBuilder> schemes)
    {
        Exception stopped = await Assert.ThrowsAnyAsync<Exception>(() => Links.StartAsync(schemes));
        Assert.Equal(messages, FailuresOf(stopped));
    }

    private static IEnumerable<string> FailuresOf(Exception stopped) => stopped switch
    {
        OptionsValidationException bad => bad.Failures,
        AggregateException many => many.InnerExceptions.SelectMany(FailuresOf),
        _ => [stopped.ToString()],
    };
}
