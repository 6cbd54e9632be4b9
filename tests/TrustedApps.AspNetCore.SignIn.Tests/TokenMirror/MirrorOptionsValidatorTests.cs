using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.SignIn.TokenMirror;

namespace TrustedApps.AspNetCore.SignIn.Tests.TokenMirror;

public sealed class MirrorOptionsValidatorTests
{
    private const string Pattern = "/rest/token-auth/api/issues";

    [Fact]
    public void The_defaults_with_a_scheme_are_good()
    {
        TokenMirrorOptions options = Read(_ => { });

        Assert.Equal(("/rest/token-auth/api", "/rest/api", 404), (options.Prefix, options.Target, options.RejectionStatus));
    }

    [Fact]
    public void A_mirror_without_schemes_does_not_start() =>
        AssertRefused("Token mirror: Schemes is empty. Say which token schemes are asked, such as TrustedApps.", options => options.Schemes.Clear());

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("mirror")]
    [InlineData("/mirror/")]
    [InlineData("//mirror")]
    [InlineData("/a//b")]
    [InlineData("/a/./b")]
    [InlineData("/a/../b")]
    [InlineData("/a%20b")]
    [InlineData("/a;b")]
    [InlineData("/*/b")]
    [InlineData("/\u00fc")]
    public void A_prefix_or_target_that_is_not_plain_does_not_start(string path)
    {
        AssertRefused($"Token mirror: Prefix '{path}' is to begin with a slash and not to end with one, in letters, digits and - . _ ~ without dot segments, such as /rest/token-auth/api.", options => options.Prefix = path);
        AssertRefused($"Token mirror: Target '{path}' is to begin with a slash and not to end with one, in letters, digits and - . _ ~ without dot segments, such as /rest/api.", options => options.Target = path);
    }

    [Theory]
    [InlineData("/rest/api", "/rest/api")]
    [InlineData("/rest/api", "/REST/api")]
    [InlineData("/rest/api/mirror", "/rest/api")]
    [InlineData("/rest", "/rest/api")]
    [InlineData("/api", "/rest/apis")]
    public void A_prefix_inside_the_target_or_the_other_way_round_does_not_start(string prefix, string target) => AssertRefused(
        $"Token mirror: Prefix '{prefix}' and Target '{target}' are the same, or one is inside the other. Mount the mirror beside the API.",
        options => (options.Prefix, options.Target) = (prefix, target));

    [Fact]
    public void A_prefix_that_only_begins_with_the_letters_of_the_target_is_good() =>
        Assert.Equal("/rest/api-token", Read(options => options.Prefix = "/rest/api-token").Prefix);

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    [InlineData(500)]
    public void Another_status_of_refusal_does_not_start(int status) =>
        AssertRefused($"Token mirror: RejectionStatus is to be 404 or 403, not {status}.", options => options.RejectionStatus = status);

    [Fact]
    public void A_scheme_that_does_not_exist_does_not_start() =>
        AssertRefused("Token mirror: Schemes: there is no authentication scheme 'Jtw'. Add it, or correct the name.", options => options.Schemes.Add("Jtw"));

    [Theory]
    [InlineData(CookieAuthenticationDefaults.AuthenticationScheme, "CookieAuthenticationHandler")]
    [InlineData("OwnCookies", "OwnCookieHandler")]
    [InlineData("Policy", "PolicySchemeHandler")]
    [InlineData("GitHub", "OAuthHandler`1")]
    public void A_scheme_that_rests_on_something_else_does_not_start(string scheme, string handler) => AssertRefused(
        $"Token mirror: Schemes: '{scheme}' ({handler}) rests on a cookie, a password, a front or other schemes, and not on a token. Name schemes of tokens only.",
        options => options.Schemes.Add(scheme));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("**")]
    [InlineData("/rest/api/issues")]
    [InlineData("/rest/token-auth/api")]
    [InlineData("/rest/token-auth/apiary")]
    [InlineData("/rest/token-auth/*/issues")]
    [InlineData("/REST/token-auth/api/issues")]
    public void An_entry_that_is_not_below_the_prefix_does_not_start(string path) => AssertRefused(
        $"Token mirror: Entries:0: Path: '{path}' is not below /rest/token-auth/api. Write the whole path on the mirror, such as /rest/token-auth/api/content/*/child/attachment.",
        options => options.Entries.Add(new TokenMirrorEntry { Path = path }));

    [Theory]
    [InlineData("/rest/token-auth/api/../x", "a dot segment")]
    [InlineData("/rest/token-auth/api/a*", "* stands for a whole segment")]
    [InlineData("/rest/token-auth/api/a;b", "';' is in no path")]
    public void An_entry_with_a_bad_pattern_does_not_start(string path, string problem)
    {
        var bad = Assert.Throws<OptionsValidationException>(() => Read(options => options.Entries.Add(new TokenMirrorEntry { Path = path })));

        string failure = Assert.Single(bad.Failures);
        Assert.StartsWith("Token mirror: Entries:0: Path: ", failure, StringComparison.Ordinal);
        Assert.Contains(problem, failure, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_with_a_bad_method_does_not_start() => AssertRefused(
        "Token mirror: Entries:1: Methods: '*' is not a request method. List the methods; there is no * for all of them.",
        options =>
        {
            options.Entries.Add(new TokenMirrorEntry { Path = Pattern });
            options.Entries.Add(new TokenMirrorEntry { Path = Pattern, Methods = { "*" } });
        });

    [Fact]
    public void An_entry_with_a_scheme_that_is_not_the_mirrors_does_not_start() => AssertRefused(
        "Token mirror: Entries:0: Schemes: 'TrustedApps' is none of the mirror's. Add it to those, or take it off the entry.",
        options => options.Entries.Add(new TokenMirrorEntry { Path = Pattern, Schemes = { JwtHandler.Name, "TrustedApps" } }));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    public void An_entry_with_nobody_or_a_star_among_its_names_does_not_start(string name)
    {
        AssertRefused(
            "Token mirror: Entries:0: Subjects: name them one by one, or leave the list out for all; there is no * and no empty name.",
            options => options.Entries.Add(new TokenMirrorEntry { Path = Pattern, Subjects = { "fred", name } }));
        AssertRefused(
            "Token mirror: Entries:0: Applications: name them one by one, or leave the list out for all; there is no * and no empty name.",
            options => options.Entries.Add(new TokenMirrorEntry { Path = Pattern, Applications = { name } }));
    }

    private static void AssertRefused(string message, Action<TokenMirrorOptions> configure)
    {
        var bad = Assert.Throws<OptionsValidationException>(() => Read(configure));
        Assert.Contains(message, bad.Failures);
    }

    private static TokenMirrorOptions Read(Action<TokenMirrorOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddAuthentication()
            .AddCookie()
            .AddScheme<CookieAuthenticationOptions, OwnCookieHandler>("OwnCookies", null)
            .AddPolicyScheme("Policy", null, options => options.ForwardDefault = JwtHandler.Name)
            .AddOAuth("GitHub", _ => { })
            .AddScheme<AuthenticationSchemeOptions, JwtHandler>(JwtHandler.Name, null)
            .AddTokenMirror(options =>
            {
                options.Schemes.Add(JwtHandler.Name);
                configure(options);
            });
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<TokenMirrorOptions>>().Value;
    }

    private sealed class OwnCookieHandler(IOptionsMonitor<CookieAuthenticationOptions> options, Microsoft.Extensions.Logging.ILoggerFactory loggers, System.Text.Encodings.Web.UrlEncoder encoder)
        : CookieAuthenticationHandler(options, loggers, encoder);
}
