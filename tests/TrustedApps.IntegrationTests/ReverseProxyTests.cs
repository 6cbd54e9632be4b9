using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Client;

namespace TrustedApps.IntegrationTests;

/// <summary>The consumer asks https://localhost:PORT/app/..., the provider sees http://inner:8080/...: what has to be configured for that.</summary>
public sealed class ReverseProxyTests
{
    private const string Forwarded = """
        proxy_set_header Host inner:8080;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-Proto $scheme;
        """;

    private const ForwardedHeaders HostAndScheme = ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto;

    private readonly RequestLog _seen = new();

    public static TheoryData<string> Paths { get; } =
    [
        "/closed",
        "/closed/",
        "/closed?q=open&r=a%20b+c%2Bd%26",
        "/closed/a%20b",
        "/closed/a%2Bb/c+d",
        "/closed/%C3%BC/%E6%9D%8E?q=%E2%98%83",
        "/closed/a:b@c,d;e=f'(g)!*$&",
        "/closed//double",
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task The_prefix_is_stripped_in_silence_and_configured_as_PathPrefix(string path)
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, HostAndScheme, options => options.PathPrefix = "/app");
        await nginx.StartAsync($"location /app/ {{ {Forwarded} proxy_pass {tracker.Origin}$below_app; }}");

        await AssertAcceptedAsync(nginx, path, seenAs: path);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task The_prefix_is_stripped_and_named_by_X_Forwarded_Prefix(string path)
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, HostAndScheme | ForwardedHeaders.XForwardedPrefix);
        await nginx.StartAsync($"location /app/ {{ {Forwarded} proxy_set_header X-Forwarded-Prefix /app; proxy_pass {tracker.Origin}$below_app; }}");

        await AssertAcceptedAsync(nginx, path, seenAs: path);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task The_prefix_is_kept_and_taken_off_by_UsePathBase(string path)
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, HostAndScheme, pathBase: "/app");
        await nginx.StartAsync($"location /app/ {{ {Forwarded} proxy_pass {tracker.Origin}; }}");

        await AssertAcceptedAsync(nginx, path, seenAs: "/app" + path);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("warwick")]
    public async Task Every_version_passes_the_proxy(string version)
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, HostAndScheme, options => options.PathPrefix = "/app", version: version);
        await nginx.StartAsync($"location /app/ {{ {Forwarded} proxy_pass {tracker.Origin}$below_app; }}");

        await AssertAcceptedAsync(nginx, "/closed/a%2Bb", "/closed/a%2Bb", version);
    }

    [Theory]
    [InlineData("/closed/a%20b?q=%2B", "OK")] // decoded and encoded to the same
    [InlineData("/closed/%C3%BC", "OK")]
    [InlineData("/closed/a%2Bb", "BAD_SIGNATURE")] // encoded anew as a+b
    [InlineData("/closed//double", "BAD_SIGNATURE")] // joined to one slash
    public async Task A_proxy_pass_with_a_path_of_its_own_rewrites_some_targets(string path, string code)
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, HostAndScheme, options => options.PathPrefix = "/app");
        await nginx.StartAsync($"location /app/ {{ {Forwarded} proxy_pass {tracker.Origin}/; }}");

        Assert.Equal(code, await CodeAsync(nginx, path));
    }

    [Fact]
    public async Task Without_the_forwarded_headers_the_inner_host_is_none_of_ours()
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, ForwardedHeaders.None, options => options.PathPrefix = "/app");
        await nginx.StartAsync($"location /app/ {{ {Forwarded} proxy_pass {tracker.Origin}$below_app; }}");

        Assert.Equal("BAD_URL", await CodeAsync(nginx, "/closed"));
        Assert.Contains("The request came for http://inner:8080/app, which differs from one of the BaseUrls in scheme, host or port alone. If a proxy in front changes them, let it pass the original Host on", Assert.Single(tracker.Logs.Refusals).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_inner_host_among_the_base_URLs_the_signature_is_for_another_URL()
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, ForwardedHeaders.None, options => options.BaseUrls.Add("http://inner:8080"));
        await nginx.StartAsync($"location /app/ {{ {Forwarded} proxy_pass {tracker.Origin}$below_app; }}");

        Assert.Equal("BAD_SIGNATURE", await CodeAsync(nginx, "/closed"));
        Assert.Contains("The signature is not for http://inner:8080/closed: ", Assert.Single(tracker.Logs.Refusals).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "BAD_URL")]
    [InlineData("/other", "BAD_URL")]
    public async Task Without_the_right_prefix_the_URL_is_none_of_ours(string pathPrefix, string code)
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, HostAndScheme, options => options.PathPrefix = pathPrefix);
        await nginx.StartAsync($"location /app/ {{ {Forwarded} proxy_pass {tracker.Origin}$below_app; }}");

        Assert.Equal(code, await CodeAsync(nginx, "/closed"));
    }

    [Fact]
    public async Task Without_the_prefix_in_the_base_URL_the_signature_is_for_another_URL()
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, HostAndScheme, options => options.BaseUrls[0] = nginx.Origin);
        await nginx.StartAsync($"location /app/ {{ {Forwarded} proxy_pass {tracker.Origin}$below_app; }}");

        Assert.Equal("BAD_SIGNATURE", await CodeAsync(nginx, "/closed"));
    }

    [Fact]
    public async Task A_prefix_that_is_kept_needs_UsePathBase()
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, HostAndScheme);
        await nginx.StartAsync($"location /app/ {{ {Forwarded} proxy_pass {tracker.Origin}; }}");

        Assert.Equal("BAD_URL", await CodeAsync(nginx, "/closed"));
    }

    [Fact]
    public async Task Forwarded_headers_of_the_client_are_overwritten_by_the_proxy()
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, HostAndScheme, options => options.PathPrefix = "/app");
        await nginx.StartAsync($"location /app/ {{ {Forwarded} proxy_pass {tracker.Origin}$below_app; }}");
        using Consumer wiki = ConsumerOf(nginx);
        HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, nginx.Origin + "/app/closed").OnBehalfOf("fred");

        Answer answer = await wiki.SendAsync(request.With("X-Forwarded-Host", "evil.example").With("X-Forwarded-Proto", "ftp"));

        Assert.Equal(("OK", "fred"), (answer.Code, answer.Body));
    }

    private static Consumer ConsumerOf(Nginx nginx, string version = "3") => new(
        nginx.Origin + "/app",
        options => options.Version = version,
        before: builder => builder.ConfigurePrimaryHttpMessageHandler(Nginx.CreateHandler));

    private static async Task<string?> CodeAsync(Nginx nginx, string path)
    {
        using Consumer wiki = ConsumerOf(nginx);
        return (await wiki.GetAsync(nginx.Origin + "/app" + path)).Code;
    }

    // What the provider saw has neither the public scheme nor its host: the signature can only be for the public URL.
    private async Task AssertAcceptedAsync(Nginx nginx, string path, string seenAs, string version = "3")
    {
        using Consumer wiki = ConsumerOf(nginx, version);

        Answer answer = await wiki.GetAsync(nginx.Origin + "/app" + path, "李 fred");

        Assert.Equal((200, "李 fred"), (answer.Status, answer.Body));
        SeenRequest seen = Assert.Single(_seen.Seen);
        Assert.Equal((seenAs, "inner:8080"), (seen.Target, seen["Host"]));
    }

    private Task<KestrelServer> StartAsync(
        Nginx nginx,
        ForwardedHeaders forwarded,
        Action<TrustedAppsOptions>? configure = null,
        string pathBase = "",
        string version = "3") => TestProvider.StartAsync(
            options =>
            {
                options.BaseUrls.Add(nginx.Origin + "/app");
                options.Applications.Add(TestProvider.Trust(TestKeys.Wiki, version));
                configure?.Invoke(options);
            },
            map: app =>
            {
                _seen.WatchAlone(app);
                app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = forwarded });
                app.UsePathBase(pathBase);
                app.UseRouting();
                app.UseAuthentication();
                app.UseAuthorization();
            });
}
