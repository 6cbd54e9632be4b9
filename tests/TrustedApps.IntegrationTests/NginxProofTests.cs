using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;

namespace TrustedApps.IntegrationTests;

/// <summary>Response proofs through nginx, which speaks HTTP/1.1 to the provider: whatever it changes is noticed.</summary>
public sealed class NginxProofTests
{
    private const string Pass = "proxy_http_version 1.1;";
    private const string Compress = $"{Pass} gzip on; gzip_min_length 1; gzip_proxied any; gzip_types *;";
    private const int Buffered = 4096; // bytes

    [Theory]
    [InlineData("/small", 200, "small")]
    [InlineData("/missing", 404, "missing")]
    [InlineData("/empty", 204, "")]
    public async Task Answers_of_the_provider_are_taken(string path, int status, string content)
    {
        await using Run run = await Run.StartAsync(Pass);
        using HttpResponseMessage response = await run.GetAsync(path);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(content, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Compression_is_not_asked_for()
    {
        await using Run run = await Run.StartAsync(Compress);
        using HttpResponseMessage response = await run.GetAsync("/small");
        Assert.Equal("small", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Compression_by_nginx_is_noticed()
    {
        await using Run run = await Run.StartAsync(Compress);
        await Assert.ThrowsAsync<ResponseProofException>(() => run.GetAsync("/small", request => request.Headers.AcceptEncoding.ParseAdd("gzip")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Long_content_is_taken_where_an_option_says_that_it_need_not_be_proven(bool isAllowed)
    {
        await using Run run = await Run.StartAsync(Pass, isAllowed);
        if (!isAllowed)
        {
            await Assert.ThrowsAsync<ResponseProofException>(() => run.GetAsync("/large"));
            return;
        }

        using HttpResponseMessage response = await run.GetAsync("/large");
        Assert.Equal(Buffered + 1, (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
    }

    [Theory]
    [InlineData("location /other { return 200 small; } rewrite ^/small$ /other;")] // answers itself
    [InlineData(Pass + " proxy_hide_header X-Seraph-Trusted-App-Proof;")]
    [InlineData(Pass + " add_header X-Seraph-Trusted-App-Proof $upstream_http_x_seraph_trusted_app_proof;")] // there twice
    [InlineData(Pass + " add_header Location /elsewhere;")]
    [InlineData(Pass + " proxy_hide_header Content-Type;")]
    public async Task Change_by_nginx_is_noticed(string directives)
    {
        await using Run run = await Run.StartAsync(directives);
        await Assert.ThrowsAsync<ResponseProofException>(() => run.GetAsync("/small"));
    }

    [Fact]
    public async Task Error_page_of_nginx_is_no_answer()
    {
        await using Run run = await Run.StartAsync(Pass, origin: $"http://127.0.0.1:{KestrelServer.FindFreePort()}");
        ResponseProofException failure = await Assert.ThrowsAsync<ResponseProofException>(() => run.GetAsync("/small"));
        Assert.Contains("502", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_page_of_nginx_in_place_of_the_provider_s_is_no_answer()
    {
        await using Run run = await Run.StartAsync($"{Pass} proxy_intercept_errors on; error_page 404 /nothing; location = /nothing {{ internal; return 404 missing; }}");
        await Assert.ThrowsAsync<ResponseProofException>(() => run.GetAsync("/missing"));
    }

    private sealed class Run(Nginx nginx, KestrelServer tracker, TestKeyFile keys, Consumer wiki) : IAsyncDisposable
    {
        public static async Task<Run> StartAsync(string directives, bool allowsUnproven = false, string? origin = null)
        {
            var nginx = new Nginx();
            KestrelServer tracker = await Version4.StartAsync(
                options =>
                {
                    options.BaseUrls.Add(nginx.Origin);
                    options.MaxBufferedContent = Buffered;
                },
                after: Map);
            await nginx.StartAsync($"location / {{ proxy_pass {origin ?? tracker.Origin}; }} {directives}");
            var keys = new TestKeyFile(TestKeys.Tracker);
            Consumer wiki = Consumer.OfVersion4(
                nginx.Origin,
                options =>
                {
                    options.ProviderCertificateFile = keys.CertificatePath;
                    options.RequireResponseProof = true;
                    options.AllowUnprovenContent = allowsUnproven;
                },
                before: builder => builder.ConfigurePrimaryHttpMessageHandler(Nginx.CreateHandler));
            return new(nginx, tracker, keys, wiki);
        }

        public async Task<HttpResponseMessage> GetAsync(string path, Action<HttpRequestMessage>? change = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, nginx.Origin + path);
            change?.Invoke(request);
            return await wiki.Client.SendAsync(request.OnBehalfOf("fred"), TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            wiki.Dispose();
            keys.Dispose();
            await tracker.DisposeAsync();
            await nginx.DisposeAsync();
        }

        private static void Map(WebApplication app)
        {
            app.MapGet("/small", () => Results.Text("small")).RequireAuthorization();
            app.MapGet("/missing", () => Results.Text("missing", statusCode: (int)HttpStatusCode.NotFound)).RequireAuthorization();
            app.MapGet("/empty", () => Results.NoContent()).RequireAuthorization();
            app.MapGet("/large", () => Results.Bytes(new byte[Buffered + 1], "application/octet-stream")).RequireAuthorization();
        }
    }
}
