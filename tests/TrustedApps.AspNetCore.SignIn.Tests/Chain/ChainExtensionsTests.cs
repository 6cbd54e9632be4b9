using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.SignIn.Tests.Chain;

public sealed class ChainExtensionsTests
{
    private readonly AuthenticationBuilder _builder = new(new ServiceCollection());

    [Fact]
    public void A_chain_without_links_is_said_to_need_one() => Assert.StartsWith(
        "The chain 'Chain' has no scheme. Call chain.Try(\"...\") for each scheme.",
        Assert.Throws<ArgumentException>(() => _builder.AddChain("Chain", _ => { })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_link_stands_in_a_chain_once() => Assert.StartsWith(
        "'one' is in the chain already. Add it once, with all its paths.",
        Assert.Throws<ArgumentException>(() => _builder.AddChain("Chain", chain => chain.Try("one", "/a").Try("two").Try("one", "/b"))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("api", "URL pattern 'api' is bad at position 1: expected / or * alone. Name a path below the base URL, without scheme and host, such as /rest/api.")]
    [InlineData("/a//b", "URL pattern '/a//b' is bad at position 4: an empty segment.")]
    [InlineData("/a/../b", "URL pattern '/a/../b' is bad at position 4: a dot segment.")]
    [InlineData("/a/b*", "URL pattern '/a/b*' is bad at position 5: * stands for a whole segment, ** for any number of them.")]
    public void A_bad_pattern_is_reported_with_its_position(string pattern, string message) => Assert.Equal(
        message, Assert.Throws<ArgumentException>(() => _builder.AddChain("Chain", chain => chain.Try("one", "/good", pattern))).Message);

    [Fact]
    public void Nothing_is_left_out()
    {
        Assert.Throws<ArgumentNullException>(() => ChainExtensions.AddChain(null!, "Chain", _ => { }));
        Assert.Throws<ArgumentException>(() => _builder.AddChain("", _ => { }));
        Assert.Throws<ArgumentNullException>(() => _builder.AddChain("Chain", null!));
        Assert.Throws<ArgumentException>(() => _builder.AddChain("Chain", chain => chain.Try("")));
        Assert.Throws<ArgumentNullException>(() => _builder.AddChain("Chain", chain => chain.Try("one", null!)));
        Assert.Throws<ArgumentException>(() => _builder.AddChain("Chain", chain => chain.Try("one").ChallengeWith("")));
        Assert.Throws<ArgumentException>(() => _builder.AddChain("Chain", chain => chain.Try("one").ForbidWith("")));
        Assert.Throws<ArgumentNullException>(() => ChainExtensions.GetChainFailures(null!));
    }

    [Fact]
    public void The_result_of_another_scheme_has_no_failures()
    {
        Assert.Empty(AuthenticateResult.NoResult().GetChainFailures());
        Assert.Empty(AuthenticateResult.Fail("no").GetChainFailures());
        Assert.Empty(TrustedApps.AspNetCore.SignIn.Tests.Chain.Links.Success("one").GetChainFailures());
    }
}
