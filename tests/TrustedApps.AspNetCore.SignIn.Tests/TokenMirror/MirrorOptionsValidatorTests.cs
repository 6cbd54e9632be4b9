using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrustedApps.AspNetCore.Schemes;
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
        AssertRefused("Token mirror: Schemes is empty. Add the token schemes of the mirror, such as TrustedApps.", options => options.Schemes.Clear());

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
        AssertRefused($"Token mirror: Prefix '{path}' must begin with a slash and not end with one, in letters, digits and - . _ ~ without dot segments, such as /rest/token-auth/api.", options => options.Prefix = path);
        AssertRefused($"Token mirror: Target '{path}' must begin with a slash and not end with one, in letters, digits and - . _ ~ without dot segments, such as /rest/api.", options => options.Target = path);
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
        AssertRefused($"Token mirror: RejectionStatus must be 404 or 403, not {status}.", options => options.RejectionStatus = status);

    [Fact]
    public void A_scheme_that_does_not_exist_does_not_start() =>
        AssertRefused("Token mirror: Schemes: there is no authentication scheme 'Jtw'. Add it, or correct the name.", options => options.Schemes.Add("Jtw"));

    [Theory]
    [InlineData(CookieAuthenticationDefaults.AuthenticationScheme, "CookieAuthenticationHandler")]
    [InlineData("OwnCookies", "OwnCookieHandler")]
    [InlineData("Policy", "PolicySchemeHandler")]
    [InlineData("GitHub", "OAuthHandler`1")]
    [InlineData("MarkedCookies", "MarkedCookieHandler")]
    public void A_scheme_of_a_cookie_or_of_another_scheme_does_not_start_even_if_it_is_listed(string scheme, string handler)
    {
        string problem = $"Token mirror: Schemes: '{scheme}' ({handler}) authenticates by a cookie or by another scheme, not by a token. Remove it: every credential of the mirror must be a token.";
        AssertRefused(problem, options => options.Schemes.Add(scheme));
        AssertRefused(problem, options =>
        {
            options.Schemes.Add(scheme);
            options.TokenHandlers.Add(typeof(CookieAuthenticationHandler));
            options.TokenHandlers.Add(typeof(OwnCookieHandler));
            options.TokenHandlers.Add(typeof(PolicySchemeHandler));
            options.TokenHandlers.Add(typeof(OAuthHandler<OAuthOptions>));
        });
    }

    [Theory]
    [InlineData("Basic", "BasicHandler")]
    [InlineData("Form", "FormLoginHandler")]
    [InlineData("Proxy", "ProxyAuthenticationHandler")]
    [InlineData("Chain", "ChainHandler")]
    [InlineData("ApiKey", "ApiKeyHandler")]
    public void A_scheme_that_is_not_known_to_be_of_tokens_does_not_start(string scheme, string handler) => AssertRefused(
        $"Token mirror: Schemes: '{scheme}' ({handler}) is not known to authenticate by a token. If it reads a token that the sender puts into the request, implement ITokenScheme or add the handler to TokenHandlers; otherwise remove the scheme.",
        options => options.Schemes.Add(scheme));

    [Theory]
    [InlineData("TrustedApps")]
    [InlineData("BearerToken")]
    [InlineData("JwtBearer")]
    [InlineData("OwnBearer")]
    [InlineData(JwtHandler.Name)]
    public void A_scheme_of_tokens_starts(string scheme)
    {
        TokenMirrorOptions options = Read(options =>
        {
            options.Schemes.Clear();
            options.Schemes.Add(scheme);
        });

        Assert.Equal([scheme], options.Schemes);
    }

    [Fact]
    public void A_handler_that_the_application_lists_starts()
    {
        TokenMirrorOptions options = Read(options =>
        {
            options.Schemes.Add("ApiKey");
            options.TokenHandlers.Add(typeof(ApiKeyHandler));
        });

        Assert.Contains("ApiKey", options.Schemes);
    }

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
        "Token mirror: Entries:1: Methods: '*' is not a valid request method. List each method: there is no * for all of them.",
        options =>
        {
            options.Entries.Add(new TokenMirrorEntry { Path = Pattern });
            options.Entries.Add(new TokenMirrorEntry { Path = Pattern, Methods = { "*" } });
        });

    [Fact]
    public void An_entry_with_a_scheme_that_is_not_the_mirrors_does_not_start() => AssertRefused(
        "Token mirror: Entries:0: Schemes: 'Basic' is not among the mirror's schemes. Add it to them, or remove it from the entry.",
        options => options.Entries.Add(new TokenMirrorEntry { Path = Pattern, Schemes = { JwtHandler.Name, "Basic" } }));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    public void An_entry_with_nobody_or_a_star_among_its_names_does_not_start(string name)
    {
        AssertRefused(
            "Token mirror: Entries:0: Subjects: list each name, or leave the list out for all; * and an empty name are not valid.",
            options => options.Entries.Add(new TokenMirrorEntry { Path = Pattern, Subjects = { "fred", name } }));
        AssertRefused(
            "Token mirror: Entries:0: Applications: list each name, or leave the list out for all; * and an empty name are not valid.",
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
            .AddScheme<CookieAuthenticationOptions, MarkedCookieHandler>("MarkedCookies", null)
            .AddOAuth("GitHub", _ => { })
            .AddBearerToken("BearerToken")
            .AddJwtBearer("JwtBearer", _ => { })
            .AddScheme<JwtBearerOptions, OwnBearerHandler>("OwnBearer", null)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>("ApiKey", null)
            .AddTrustedApps(_ => { })
            .AddBasic("Basic")
            .AddFormLogin("Form", _ => { })
            .AddTrustedProxy("Proxy", _ => { })
            .AddChain("Chain", chain => chain.Try("TrustedApps"))
            .AddScheme<AuthenticationSchemeOptions, JwtHandler>(JwtHandler.Name, null)
            .AddTokenMirror(options =>
            {
                options.Schemes.Add(JwtHandler.Name);
                configure(options);
            });
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<TokenMirrorOptions>>().Value;
    }

    private class OwnCookieHandler(IOptionsMonitor<CookieAuthenticationOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : CookieAuthenticationHandler(options, loggers, encoder);

    private sealed class MarkedCookieHandler(IOptionsMonitor<CookieAuthenticationOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : OwnCookieHandler(options, loggers, encoder), ITokenScheme;

    private sealed class OwnBearerHandler(IOptionsMonitor<JwtBearerOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : JwtBearerHandler(options, loggers, encoder);

    private sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
    }
}
