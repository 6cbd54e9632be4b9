using System.Security.Claims;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.AspNetCore.SignIn.Tests.TrustedProxies;

public sealed class TrustedProxyOptionsValidatorTests
{
    private const string Carrier = "Scheme 'Proxy': set either Header or Cookie: the one that holds the user's name, such as X-User.";
    private const string Rewrite = "Scheme 'Proxy': Rewrites:0: set either Prefix or Pattern.";

    [Fact]
    public void Good_options_pass() => AssertFound(
        [],
        options =>
        {
            options.Addresses.Add("10.0.0.0/8");
            options.Addresses.Add("::1");
            options.Attributes.Add(new ClaimMapping { Name = "MELLON_mail", ClaimType = ClaimTypes.Email });
            options.Rewrites.Add(new UserNameTransform { Prefix = "EXAMPLE\\" });
            options.Rewrites.Add(new UserNameTransform { Pattern = "^(.+)@example$", Prefix = "" });
            options.Rewrites.Add(new UserNameTransform { Prefix = "x", Pattern = "" });
        });

    [Fact]
    public void A_cookie_can_carry_the_name_in_place_of_a_header() => AssertFound([], options => (options.Header, options.Cookie) = (null, "X-User"));

    [Fact]
    public void Something_carries_the_name() => AssertFound([Carrier], options => options.Header = null);

    [Fact]
    public void And_nothing_else_does() => AssertFound([Carrier], options => options.Cookie = "other");

    [Fact]
    public void Addresses_are_required() => AssertFound(
        ["Scheme 'Proxy': Addresses is empty. Set the addresses from which the trusted proxy connects, such as 127.0.0.1: a client that may send the header can be any user."],
        options => options.Addresses.Clear());

    [Theory]
    [InlineData("*")]
    [InlineData("*.*.*.*")]
    [InlineData("0.0.0.0/0")]
    [InlineData("10.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("::ffff:0.0.0.0/96")]
    public void Nor_may_they_be_all_of_them(string pattern) => AssertFound(
        [$"Scheme 'Proxy': Addresses: '{pattern}' covers every address: any client that reaches the application could be any user. Set the addresses from which the trusted proxy connects."],
        options => options.Addresses.Add(pattern));

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.01")]
    [InlineData("")]
    public void What_is_no_address_is_said(string pattern) => Assert.StartsWith(
        $"Scheme 'Proxy': Addresses: Address pattern '{pattern}' is bad at position 1: expected an IPv4 or IPv6 address",
        Assert.Single(Find(options => options.Addresses.Add(pattern))),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("X Users")]
    [InlineData("X-User:")]
    [InlineData("X-Usér")]
    [InlineData("X-User\n")]
    public void A_name_is_one_that_a_header_can_have(string name)
    {
        AssertFound([$"Scheme 'Proxy': '{name}' is not a valid name of a header or cookie."], options => options.Header = name);
        AssertFound([$"Scheme 'Proxy': '{name}' is not a valid name of a header or cookie."], options => options.Attributes.Add(new ClaimMapping { Name = name, ClaimType = "mail" }));
    }

    [Fact]
    public void A_name_that_configuration_set_to_null_is_said_and_no_exception() => AssertFound(
        ["Scheme 'Proxy': '' is not a valid name of a header or cookie."], options => options.Attributes.Add(new ClaimMapping { Name = null!, ClaimType = "mail" }));

    [Theory]
    [InlineData("X_User")]
    [InlineData("x-user")]
    public void Names_differ_in_more_than_their_spelling(string name) => AssertFound(
        [$"Scheme 'Proxy': '{name}' is there twice, or in two spellings. Use each name once.", "Scheme 'Proxy': 'X-User' is there twice, or in two spellings. Use each name once."],
        options => options.Attributes.Add(new ClaimMapping { Name = name, ClaimType = "mail" }));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(ClaimTypes.Name)]
    [InlineData("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/NAME")] // identities look claims up in any case
    public void An_attribute_is_a_claim_and_not_the_name(string? type) => AssertFound(
        ["Scheme 'Proxy': Attributes: X-Mail: set ClaimType to another type than that of the user's name."],
        options => options.Attributes.Add(new ClaimMapping { Name = "X-Mail", ClaimType = type! }));

    [Fact]
    public void A_rewrite_is_one_thing()
    {
        AssertFound([Rewrite], options => options.Rewrites.Add(new UserNameTransform()));
        AssertFound([Rewrite], options => options.Rewrites.Add(new UserNameTransform { Prefix = "", Pattern = "" }));
        AssertFound([Rewrite], options => options.Rewrites.Add(new UserNameTransform { Prefix = "x", Pattern = "(y)" }));
    }

    [Fact]
    public void A_pattern_has_a_group_and_the_one_that_has_none_is_named() => AssertFound(
        ["Scheme 'Proxy': Rewrites:1: Pattern '@example$': it has no group, and the first group replaces the match."],
        options =>
        {
            options.Rewrites.Add(new UserNameTransform { Prefix = "x" });
            options.Rewrites.Add(new UserNameTransform { Pattern = "@example$" });
        });

    [Fact]
    public void A_pattern_can_be_parsed() => Assert.StartsWith(
        "Scheme 'Proxy': Rewrites:0: Pattern '(': Invalid pattern '('", Assert.Single(Find(options => options.Rewrites.Add(new UserNameTransform { Pattern = "(" }))), StringComparison.Ordinal);

    [Fact]
    public async Task Bad_options_stop_the_start() => Assert.Equal(
        [Carrier], (await Assert.ThrowsAsync<OptionsValidationException>(() => ProxyServer.StartAsync(options => (options.Header, options.Cookie) = ("X-User", "X-User2")))).Failures);

    [Fact]
    public void Events_that_nothing_raises_are_refused() => AssertFound(
        ["Scheme 'Proxy': Events and EventsType must not be set: this scheme raises no events. Remove the setting. To see each verdict on a trusted request, register an ITrustedRequestObserver."],
        options => options.EventsType = typeof(object));

    private static void AssertFound(string[] problems, Action<TrustedProxyOptions> change) => Assert.Equal(problems, Find(change));

    private static string[] Find(Action<TrustedProxyOptions> change)
    {
        TrustedProxyOptions options = new TrustedProxyOptions { Header = "X-User", Addresses = { "127.0.0.1" } };
        change(options);
        return [.. new TrustedProxyOptionsValidator().Validate("Proxy", options).Failures ?? []];
    }
}
