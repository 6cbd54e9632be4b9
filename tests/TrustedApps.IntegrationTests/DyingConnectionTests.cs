using TrustedApps.AspNetCore;

namespace TrustedApps.IntegrationTests;

/// <summary>
/// When a pooled connection dies before the answer has come, SocketsHttpHandler sends the same headers again on another
/// connection, below every handler. The provider has served the first by then.
/// </summary>
public sealed class DyingConnectionTests
{
    private readonly RequestLog _seen = new();

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("warwick")]
    public async Task A_GET_that_is_sent_again_below_the_handler_is_accepted_twice(string version)
    {
        await using var proxy = new DyingProxy();
        await using KestrelServer tracker = await StartAsync(proxy, version, refuseReplays: false);
        using var wiki = new Consumer(proxy.Origin, options => options.Version = version);

        await wiki.GetAsync(proxy.Origin + "/closed/first");
        Answer answer = await wiki.GetAsync(proxy.Origin + "/closed/second");

        Assert.Equal((200, "fred"), (answer.Status, answer.Body));
        Assert.Equal(["/closed/first", "/closed/second", "/closed/second"], _seen.Seen.Select(request => request.Target));
        AssertIdentical(_seen.Seen[1], _seen.Seen[2]);
        Assert.Equal(2, proxy.Connections);
        Assert.Empty(tracker.Logs.Refusals);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("warwick")]
    public async Task Where_replays_are_refused_the_handler_issues_it_once_more(string version)
    {
        await using var proxy = new DyingProxy();
        await using KestrelServer tracker = await StartAsync(proxy, version, refuseReplays: true);
        using var wiki = new Consumer(proxy.Origin, options => options.Version = version);

        await wiki.GetAsync(proxy.Origin + "/closed/first");
        Answer answer = await wiki.GetAsync(proxy.Origin + "/closed/second");

        Assert.Equal((200, "fred"), (answer.Status, answer.Body));
        Assert.Equal(4, _seen.Seen.Length); // first; second served and lost; sent again and refused; issued anew
        AssertIdentical(_seen.Seen[1], _seen.Seen[2]);
        Assert.NotEqual(_seen.Seen[2].Cert, _seen.Seen[3].Cert);
        Assert.Contains(": REPLAYED. ", Assert.Single(tracker.Logs.Refusals).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_DELETE_that_is_sent_again_below_the_handler_is_refused_and_issued_once_more()
    {
        await using var proxy = new DyingProxy();
        await using KestrelServer tracker = await StartAsync(proxy, "3", refuseReplays: false);
        using var wiki = new Consumer(proxy.Origin);

        await wiki.GetAsync(proxy.Origin + "/closed/first");
        Answer answer = await wiki.SendAsync(HttpMethod.Delete, proxy.Origin + "/closed/second");

        Assert.Equal("OK", answer.Code);
        AssertIdentical(_seen.Seen[1], _seen.Seen[2]);
        Assert.Contains(": REPLAYED. ", Assert.Single(tracker.Logs.Refusals).Message, StringComparison.Ordinal);
        Assert.Equal(4, _seen.Seen.Length);
    }

    [Fact]
    public async Task A_POST_without_content_is_sent_again_below_the_handler_and_its_refusal_is_the_result()
    {
        await using var proxy = new DyingProxy();
        await using KestrelServer tracker = await StartAsync(proxy, "3", refuseReplays: false);
        using var wiki = new Consumer(proxy.Origin);

        await wiki.GetAsync(proxy.Origin + "/closed/first");
        Answer answer = await wiki.SendAsync(HttpMethod.Post, proxy.Origin + "/closed/second");

        Assert.Equal((401, "REPLAYED"), (answer.Status, answer.Code));
        AssertIdentical(_seen.Seen[1], _seen.Seen[2]);
        Assert.Equal(3, _seen.Seen.Length); // a POST is never issued again: it was served once
    }

    [Fact]
    public async Task A_POST_with_content_is_not_sent_again()
    {
        await using var proxy = new DyingProxy();
        await using KestrelServer tracker = await StartAsync(proxy, "3", refuseReplays: false);
        using var wiki = new Consumer(proxy.Origin);

        await wiki.GetAsync(proxy.Origin + "/closed/first");
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            wiki.SendAsync(HttpMethod.Post, proxy.Origin + "/closed/second", content: new StringContent("content")));

        Assert.Equal(["/closed/first", "/closed/second"], _seen.Seen.Select(request => request.Target));
        Assert.Empty(tracker.Logs.Refusals);
    }

    private static void AssertIdentical(SeenRequest one, SeenRequest other) =>
        Assert.Equal(one.TrustedHeaders.Select(name => (name, one[name])), other.TrustedHeaders.Select(name => (name, other[name])));

    private async Task<KestrelServer> StartAsync(DyingProxy proxy, string version, bool refuseReplays)
    {
        KestrelServer tracker = await TestProvider.StartAsync(
            options =>
            {
                options.BaseUrls.Add(proxy.Origin);
                TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki, version);
                trust.RefuseReplays = refuseReplays;
                foreach (string method in new[] { "GET", "POST", "DELETE" }) trust.Methods.Add(method);
                options.Applications.Add(trust);
            },
            map: _seen.Watch);
        proxy.ForwardTo(tracker.EndPoint);
        return tracker;
    }
}
