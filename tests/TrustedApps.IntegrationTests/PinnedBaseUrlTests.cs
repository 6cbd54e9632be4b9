using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;

namespace TrustedApps.IntegrationTests;

public sealed class PinnedBaseUrlTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/rest/issues?q=/../x")]
    [InlineData("/%20%2B")]
    public async Task Below_the_base_URL_the_headers_are_set(string path)
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync();
        using var wiki = new Consumer(server.Origin + "/app");

        await wiki.GetAsync(server.Origin + "/app" + path);

        Assert.Equal(4, Assert.Single(seen.Seen).TrustedHeaders.Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/other")]
    [InlineData("/application")]
    [InlineData("/App")]
    [InlineData("/app2/x")]
    [InlineData("/app/../other")]
    [InlineData("/app/%2e%2e/other")]
    [InlineData("/app/..%2fother")]
    [InlineData("/app/%2e%2e%2fother")]
    [InlineData("/app/%252e%252e/other")]
    [InlineData("/app/x/..%5c..%5cother")]
    [InlineData("/app%2fx")]
    [InlineData("//app/x")]
    public async Task Outside_the_base_URL_no_header_goes_out_and_stale_ones_are_removed(string path)
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync();
        using var wiki = new Consumer(server.Origin + "/app");

        await wiki.SendAsync(Stale(server.Origin + path));
        await RefuseAsync(wiki, server.Origin + path);

        Assert.Empty(Assert.Single(seen.Seen).TrustedHeaders);
    }

    [Fact]
    public async Task Another_port_is_another_server()
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync();
        await using KestrelServer tracker = await TestProvider.StartAsync();
        using var wiki = new Consumer(tracker.Origin);

        await wiki.SendAsync(Stale(server.Origin + "/closed"));
        await RefuseAsync(wiki, server.Origin + "/closed");

        Assert.Empty(Assert.Single(seen.Seen).TrustedHeaders);
    }

    [Fact]
    public async Task Another_name_of_the_same_host_is_another_host()
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync();
        using var wiki = new Consumer(server.Origin);

        await wiki.SendAsync(Stale($"http://localhost:{server.EndPoint.Port}/closed"));
        await RefuseAsync(wiki, $"http://localhost:{server.EndPoint.Port}/closed");

        Assert.Empty(Assert.Single(seen.Seen).TrustedHeaders);
    }

    [Fact]
    public async Task A_URL_with_user_info_gets_no_headers()
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync();
        using var wiki = new Consumer(server.Origin);

        await wiki.SendAsync(Stale($"http://fred@{server.EndPoint}/"));
        await RefuseAsync(wiki, $"http://fred@{server.EndPoint}/");

        Assert.Empty(Assert.Single(seen.Seen).TrustedHeaders);
    }

    [Fact]
    public async Task A_request_elsewhere_needs_no_user()
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync();
        using var wiki = new Consumer(server.Origin + "/app");

        using HttpResponseMessage response = await wiki.Client.GetAsync(server.Origin + "/other", TestContext.Current.CancellationToken);

        Assert.Equal("nothing to see", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Stale_headers_below_the_base_URL_are_replaced()
    {
        await using KestrelServer tracker = await TestProvider.StartAsync();
        using var wiki = new Consumer(tracker.Origin);

        Answer answer = await wiki.SendAsync(Stale(tracker.Origin + "/closed").OnBehalfOf("fred"));

        Assert.Equal(("OK", "fred"), (answer.Code, answer.Body));
    }

    [Fact]
    public async Task The_host_is_compared_as_hosts_are()
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync();
        using var wiki = new Consumer($"http://localhost:{server.EndPoint.Port}");

        await wiki.GetAsync($"HTTP://LOCALHOST:{server.EndPoint.Port}/x");

        Assert.Equal(4, Assert.Single(seen.Seen).TrustedHeaders.Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_elsewhere_that_says_on_whose_behalf_it_is_made_is_refused_with_both_URLs(bool isOnOwnBehalf)
    {
        using var wiki = new Consumer("https://tracker.example/app");
        var request = new HttpRequestMessage(HttpMethod.Get, "https://tracker.example/other?secret");
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => wiki.SendAsync(isOnOwnBehalf ? request.OnOwnBehalf() : request.OnBehalfOf("fred")));

        Assert.Equal(
            "The request to https://tracker.example/other says on whose behalf it is made, but it is not below BaseUrl https://tracker.example/app, so it would be sent without an assertion. Correct its URL (or the client's BaseAddress), or BaseUrl. If it is meant for another server, send it without OnBehalfOf and OnOwnBehalf.",
            failure.Message);
    }

    [Fact]
    public async Task A_request_elsewhere_of_a_client_with_a_current_user_is_logged_once()
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync();
        using var wiki = new Consumer(server.Origin + "/app", options => options.CurrentUser = () => "fred");
        for (int time = 0; time < 3; time++) (await wiki.Client.GetAsync(server.Origin + "/other?secret", TestContext.Current.CancellationToken)).Dispose();

        LogLine warning = Assert.Single(wiki.Logs.Lines, line => line.Event.Id == 34);
        Assert.Equal(
            $"A request to {server.Origin}/other is sent without an assertion, although CurrentUser is set: it is not below BaseUrl {server.Origin}/app. Correct the URL of the request or BaseUrl, or use another client for it. Further requests of this kind are not logged",
            warning.Message);
        Assert.All(seen.Seen, request => Assert.Empty(request.TrustedHeaders));
    }

    [Theory]
    [InlineData("https://tracker.example/app/", true)]
    [InlineData("https://tracker.example/app", true)]
    [InlineData("https://tracker.example/app/rest/", true)]
    [InlineData("https://tracker.example/", false)]
    [InlineData("http://tracker.example/app/", false)]
    [InlineData("https://localhost/app/", false)]
    [InlineData("https://tracker.example:8443/app/", false)]
    public void A_BaseAddress_that_is_not_below_the_base_URL_is_refused_when_the_client_is_made(string address, bool isCovered)
    {
        using var wiki = new Consumer("https://tracker.example/app", before: builder => builder.ConfigureHttpClient(client => client.BaseAddress = new Uri(address)));
        if (isCovered)
        {
            Assert.Equal(new Uri(address), wiki.Client.BaseAddress);
            return;
        }

        var failure = Assert.Throws<InvalidOperationException>(() => wiki.Client);
        Assert.StartsWith($"The BaseAddress {address} of the client 'tracker' is not below its BaseUrl https://tracker.example/app", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://tracker.example", "https://tracker.example/rest")]
    [InlineData("https://tracker.example/app", "https://tracker.example/app/rest")]
    public void A_client_without_a_BaseAddress_gets_the_base_URL(string baseUrl, string expected)
    {
        using var wiki = new Consumer(baseUrl);
        Assert.Equal(expected, new Uri(wiki.Client.BaseAddress!, "rest").ToString());
    }

    [Fact]
    public void A_client_is_added_once()
    {
        IServiceCollection services = new ServiceCollection();
        IHttpClientBuilder builder = services.AddHttpClient("tracker").AddTrustedApp(options => options.BaseUrl = "https://tracker.example");
        var failure = Assert.Throws<InvalidOperationException>(() => builder.AddTrustedApp());
        Assert.StartsWith("AddTrustedApp is called twice for the client 'tracker'", failure.Message, StringComparison.Ordinal);
        services.AddHttpClient("blog").AddTrustedApp(); // another client
    }

    private static async Task RefuseAsync(Consumer wiki, string url) =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => wiki.SendAsync(Stale(url).OnBehalfOf("fred")));

    private static HttpRequestMessage Stale(string url)
    {
        HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (string name in AssertionHeaders.Names) request.With(name, "stale");
        return request;
    }
}
