using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;

namespace TrustedApps.IntegrationTests;

public sealed class InnerHandlerTests
{
    private const string Refusal = "AllowAutoRedirect and UseCookies of the primary HTTP handler must be false: otherwise assertions follow redirects to other hosts, and cookies mix the sessions of users. Use TrustedAppHandler.CreateInnerHandler.";

    public static TheoryData<string, Func<HttpMessageHandler>> Unsafe { get; } = new()
    {
        { "SocketsHttpHandler as it comes", static () => new SocketsHttpHandler() },
        { "SocketsHttpHandler that follows redirects", static () => new SocketsHttpHandler { UseCookies = false } },
        { "SocketsHttpHandler that keeps cookies", static () => new SocketsHttpHandler { AllowAutoRedirect = false } },
        { "HttpClientHandler as it comes", static () => new HttpClientHandler() },
        { "HttpClientHandler that follows redirects", static () => new HttpClientHandler { UseCookies = false } },
        { "HttpClientHandler that keeps cookies", static () => new HttpClientHandler { AllowAutoRedirect = false } },
        { "an unsafe handler further in", static () => new Passing { InnerHandler = new Passing { InnerHandler = new SocketsHttpHandler() } } },
    };

    [Theory]
    [MemberData(nameof(Unsafe), DisableDiscoveryEnumeration = true)]
    public async Task A_handler_that_follows_redirects_or_keeps_cookies_is_refused_before_anything_is_sent(string name, Func<HttpMessageHandler> create)
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync();
        using HttpClient client = ClientOf(server, create());

        foreach (string url in new[] { server.Origin, "http://127.0.0.1:9/elsewhere" })
        {
            using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, url).OnBehalfOf("fred");
            var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));

            Assert.True(failure.Message == Refusal, name);
        }

        Assert.Empty(seen.Seen);
    }

    [Fact]
    public async Task The_handler_that_we_make_is_a_safe_one()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync();
        using HttpClient client = ClientOf(tracker, TrustedAppHandler.CreateInnerHandler());
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, tracker.Origin + "/closed").OnBehalfOf("fred");

        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("fred", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_factory_s_handler_is_made_safe(bool useClientHandler)
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync(app =>
        {
            app.Map("/cookie", (HttpContext context) => context.Response.Cookies.Append("session", "fred's"));
            app.Map("/elsewhere", (HttpContext context) => context.Response.Redirect("http://localhost:9/"));
        });
        using var wiki = new Consumer(server.Origin, before: builder => builder.ConfigurePrimaryHttpMessageHandler(
            () => useClientHandler ? new HttpClientHandler() : new SocketsHttpHandler()));

        Answer cookie = await wiki.GetAsync(server.Origin + "/cookie");
        await wiki.GetAsync(server.Origin + "/", "ann");
        Answer redirect = await wiki.GetAsync(server.Origin + "/elsewhere");

        Assert.NotNull(cookie["Set-Cookie"]);
        Assert.All(seen.Seen, request => Assert.Null(request["Cookie"]));
        Assert.Equal(302, redirect.Status);
    }

    [Fact]
    public async Task A_handler_that_is_made_unsafe_afterwards_is_refused()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync();
        using var wiki = new Consumer(tracker.Origin, after: builder => builder.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler()));

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => wiki.GetAsync(tracker.Origin + "/closed"));

        Assert.Equal(Refusal, failure.Message);
    }

    private static HttpClient ClientOf(KestrelServer server, HttpMessageHandler inner) => new(new TrustedAppHandler(
        new AssertionIssuer(TestKeys.Wiki, LegacyProtocols.Atlassian3), new TrustedAppClientOptions { BaseUrl = server.Origin })
    { InnerHandler = inner });

    private sealed class Passing : DelegatingHandler;
}
