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

        Assert.Empty(Assert.Single(seen.Seen).TrustedHeaders);
    }

    [Fact]
    public async Task Another_name_of_the_same_host_is_another_host()
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync();
        using var wiki = new Consumer(server.Origin);

        await wiki.SendAsync(Stale($"http://localhost:{server.EndPoint.Port}/closed"));

        Assert.Empty(Assert.Single(seen.Seen).TrustedHeaders);
    }

    [Fact]
    public async Task A_URL_with_user_info_gets_no_headers()
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync();
        using var wiki = new Consumer(server.Origin);

        await wiki.SendAsync(Stale($"http://fred@{server.EndPoint}/"));

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

        Answer answer = await wiki.SendAsync(Stale(tracker.Origin + "/closed"));

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

    private static HttpRequestMessage Stale(string url)
    {
        HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, url).OnBehalfOf("fred");
        foreach (string name in AssertionHeaders.Names) request.With(name, "stale");
        return request;
    }
}
