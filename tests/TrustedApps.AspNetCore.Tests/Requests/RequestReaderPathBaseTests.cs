using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace TrustedApps.AspNetCore.Tests.Requests;

/// <summary>Paths that a server or a proxy takes off, puts in front or rewrites.</summary>
public sealed class RequestReaderPathBaseTests
{
    private const string PublicUrl = "https://tracker.example/app";

    [Fact]
    public async Task A_path_base_that_came_in_is_signed_as_it_came()
    {
        await using KestrelServer server = await TestProvider.StartAsync(
            options =>
            {
                options.BaseUrls.Add("http://tracker.example/app");
                options.Applications.Add(TestProvider.TrustBelow("/open"));
            },
            map: app =>
            {
                app.UsePathBase("/app");
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
            });

        Assert.Equal(("OK", "fred"), await SendAsync("/app/open/%7Efred?q=%2B"));
        Assert.Equal(("BAD_URL", "anonymous"), await SendAsync("/open")); // not below the base URL
        Assert.Equal(("BAD_URL", "anonymous"), await SendAsync("/APP/open")); // UsePathBase takes it, byte for byte it is another
        Assert.Equal(("BAD_URL", ""), await SendAsync("/app/closed"));
        Assert.Equal(("BAD_URL", ""), await SendAsync("/app/app/open"));

        async Task<(string?, string)> SendAsync(string target)
        {
            Answer answer = await RequestReaderTests.SendAsync(server, target, "http://tracker.example" + target, "tracker.example");
            return (answer.Code, answer.Body);
        }
    }

    [Theory]
    [InlineData("", "/\u00fcber app")]
    [InlineData("/%C3%BCber%20app", "")]
    [InlineData("/%C3%BCber", "/%20")]
    public async Task A_base_URL_may_hold_letters_that_URLs_encode(string pathPrefix, string pathBase)
    {
        string all = pathPrefix.Length == 0 ? "/%C3%BCber%20app" : pathPrefix + pathBase;
        await using KestrelServer server = await TestProvider.StartAsync(
            options =>
            {
                options.BaseUrls.Add("http://tracker.example" + all);
                options.PathPrefix = pathPrefix;
                options.Applications.Add(TestProvider.TrustBelow("/open"));
            },
            map: app =>
            {
                app.UsePathBase(Uri.UnescapeDataString(pathBase));
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
            });

        Answer answer = await RequestReaderTests.SendAsync(server, all[pathPrefix.Length..] + "/open", $"http://tracker.example{all}/open", "tracker.example");

        Assert.Equal(("OK", "fred"), (answer.Code, answer.Body));
    }

    [Fact]
    public async Task A_prefix_that_a_proxy_stripped_and_named_is_part_of_the_signed_URL()
    {
        await using KestrelServer server = await StartBehindProxyAsync(ForwardedHeaders.XForwardedPrefix);

        Assert.Equal(("OK", "fred"), await SendForwardedAsync(server, "/open/%7E?q=%2b", "/app/open/%7E?q=%2b", "/app"));
        Assert.Equal(("BAD_URL", "anonymous"), await SendForwardedAsync(server, "/open", "/other/open", "/other"));
        Assert.Equal(("BAD_URL", "anonymous"), await SendForwardedAsync(server, "/open", "/open", null));
        Assert.Equal(("BAD_URL", ""), await SendForwardedAsync(server, "/closed", "/app/closed", "/app"));
        Assert.Equal(("BAD_SIGNATURE", "anonymous"), await SendForwardedAsync(server, "/open", "/open", "/app"));
        Assert.Equal(("BAD_URL", "anonymous"), await SendForwardedAsync(server, "/./open", "/app/open", "/app"));
    }

    [Fact]
    public async Task A_prefix_that_a_proxy_stripped_in_silence_is_configured()
    {
        await using KestrelServer server = await StartBehindProxyAsync(ForwardedHeaders.None, "/app");

        Assert.Equal(("OK", "fred"), await SendForwardedAsync(server, "/open/%7E?q=%2b", "/app/open/%7E?q=%2b", null));
        Assert.Equal(("OK", "fred"), await SendForwardedAsync(server, "/open", "/app/open", "/ignored"));
        Assert.Equal(("BAD_SIGNATURE", "anonymous"), await SendForwardedAsync(server, "/open", "/open", null));
        Assert.Equal(("BAD_URL", ""), await SendForwardedAsync(server, "/closed", "/app/closed", null));
    }

    [Fact]
    public async Task Without_the_middleware_forwarded_headers_say_nothing()
    {
        await using KestrelServer server = await TestProvider.StartAsync(options => options.BaseUrls.Add(PublicUrl));

        Assert.Equal(("BAD_URL", "anonymous"), await SendForwardedAsync(server, "/open", "/app/open", "/app"));
    }

    [Theory]
    [InlineData("", "/open/secret")]
    [InlineData("", "/open/PUBLIC")]
    [InlineData("", "/open/public/")]
    [InlineData("/open", "/public")]
    [InlineData("/secret", "/open/public")]
    public async Task A_path_that_was_rewritten_on_the_way_matches_no_pattern(string pathBase, string path)
    {
        const string asked = "/open/public";
        await using KestrelServer server = await TestProvider.StartAsync(
            options => options.Applications.Add(TestProvider.TrustBelow("/open/public")),
            map: app =>
            {
                app.Use((context, next) =>
                {
                    if (context.Request.Headers.ContainsKey("Rewrite")) (context.Request.PathBase, context.Request.Path) = (pathBase, path);
                    return next(context);
                });
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
            });

        Answer plain = await server.Request(asked).SendAsync();
        Answer rewritten = await server.Request(asked).With("Rewrite", "yes").SendAsync();

        Assert.Equal(("OK", "fred"), (plain.Code, plain.Body));
        Assert.Equal("BAD_URL", rewritten.Code);
    }

    private static async Task<(string? Code, string Body)> SendForwardedAsync(KestrelServer server, string target, string signedTarget, string? prefix)
    {
        KeyValuePair<string, string>[] forwarded =
        [
            new("X-Forwarded-Host", "tracker.example"),
            new("X-Forwarded-Proto", "https"),
            .. prefix is null ? Array.Empty<KeyValuePair<string, string>>() : [new("X-Forwarded-Prefix", prefix)],
        ];
        Answer answer = await RawHttp.SendAsync(server.EndPoint, RawHttp.Request(
            $"GET {target}", "inner:5000", [.. TrustedRequests.Issue("https://tracker.example" + signedTarget).Enumerate(), .. forwarded]));
        return (answer.Code, answer.Body);
    }

    private static Task<KestrelServer> StartBehindProxyAsync(ForwardedHeaders prefix, string pathPrefix = "") => TestProvider.StartAsync(
        options =>
        {
            options.BaseUrls.Add(PublicUrl);
            options.PathPrefix = pathPrefix;
            options.Applications.Add(TestProvider.TrustBelow("/open"));
        },
        map: app =>
        {
            app.UseForwardedHeaders(new ForwardedHeadersOptions
            {
                ForwardedHeaders = ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto | prefix,
            });
            app.UseAuthentication();
            app.UseAuthorization();
        });
}
