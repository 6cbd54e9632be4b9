using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Client;

namespace TrustedApps.IntegrationTests;

/// <summary>Version 4 behind nginx, which changes scheme, host and prefix: only the prefix has to be known.</summary>
public sealed class Version4ReverseProxyTests
{
    private readonly RequestLog _seen = new();

    public static TheoryData<string> Paths => ReverseProxyTests.Paths;

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task The_prefix_is_stripped_in_silence_and_no_forwarded_header_is_needed(string path)
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, options => options.PathPrefix = "/app");
        await nginx.StartAsync($"location /app/ {{ proxy_set_header Host inner:8080; proxy_pass {tracker.Origin}$below_app; }}");

        await AssertAcceptedAsync(nginx, path, seenAs: path);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task The_prefix_is_stripped_and_named_by_X_Forwarded_Prefix(string path)
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, before: app => app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedPrefix }));
        await nginx.StartAsync($"location /app/ {{ proxy_set_header Host inner:8080; proxy_set_header X-Forwarded-Prefix /app; proxy_pass {tracker.Origin}$below_app; }}");

        await AssertAcceptedAsync(nginx, path, seenAs: path);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task The_prefix_is_kept_and_taken_off_by_UsePathBase(string path)
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, before: app => app.UsePathBase("/app"));
        await nginx.StartAsync($"location /app/ {{ proxy_set_header Host inner:8080; proxy_pass {tracker.Origin}; }}");

        await AssertAcceptedAsync(nginx, path, seenAs: "/app" + path);
    }

    [Fact]
    public async Task Without_the_prefix_the_request_is_another_one()
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx);
        await nginx.StartAsync($"location /app/ {{ proxy_pass {tracker.Origin}$below_app; }}");
        using var keys = new TestKeyFile(TestKeys.Tracker);
        using Consumer wiki = ConsumerOf(nginx, keys);

        Answer answer = await wiki.GetAsync(nginx.Origin + "/app/closed");

        Assert.Equal((401, "BAD_SIGNATURE"), (answer.Status, answer.Code));
        Assert.Contains("configure PathPrefix", Assert.Single(tracker.Logs.Refusals).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_base_URL_is_not_this_provider_s()
    {
        await using var nginx = new Nginx();
        await using KestrelServer tracker = await StartAsync(nginx, options => options.BaseUrls[0] = nginx.Origin);
        await nginx.StartAsync($"location /app/ {{ proxy_pass {tracker.Origin}$below_app; }}");
        using var keys = new TestKeyFile(TestKeys.Tracker);
        using Consumer wiki = ConsumerOf(nginx, keys);

        Assert.Equal("BAD_AUDIENCE", (await wiki.GetAsync(nginx.Origin + "/app/closed")).Code);
    }

    private static Consumer ConsumerOf(Nginx nginx, TestKeyFile keys) => Consumer.OfVersion4(
        nginx.Origin + "/app",
        options => options.ProviderCertificateFile = keys.CertificatePath,
        before: builder => builder.ConfigurePrimaryHttpMessageHandler(Nginx.CreateHandler));

    private async Task AssertAcceptedAsync(Nginx nginx, string path, string seenAs)
    {
        using var keys = new TestKeyFile(TestKeys.Tracker);
        using Consumer wiki = ConsumerOf(nginx, keys);

        Answer got = await wiki.GetAsync(nginx.Origin + "/app" + path, "李 fred");
        Answer posted = await wiki.SendAsync(new HttpRequestMessage(HttpMethod.Post, nginx.Origin + "/app/echo") { Content = new StringContent("it broke"), Headers = { TransferEncodingChunked = true } }.OnBehalfOf("fred"));

        Assert.Equal((200, "李 fred", "OK"), (got.Status, got.Body, got.Code));
        Assert.Equal((200, "it broke", "OK"), (posted.Status, posted.Body, posted.Code));
        Assert.Equal((seenAs, "inner:8080"), (_seen.Seen[0].Target, _seen.Seen[0]["Host"]));
    }

    private Task<KestrelServer> StartAsync(Nginx nginx, Action<TrustedAppsOptions>? configure = null, Action<WebApplication>? before = null) => Version4.StartAsync(
        options =>
        {
            options.BaseUrls.Add(nginx.Origin + "/app");
            configure?.Invoke(options);
        },
        before: app =>
        {
            _seen.WatchAlone(app);
            before?.Invoke(app);
        });
}
