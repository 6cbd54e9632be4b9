using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.AspNetCore;
using TrustedApps.Client;

namespace TrustedApps.IntegrationTests;

public sealed class RedirectTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_to_another_origin_is_the_caller_s_and_the_other_server_sees_nothing(int status)
    {
        var seen = new RequestLog();
        await using KestrelServer other = await seen.StartServerAsync();
        await using KestrelServer tracker = await StartAsync();
        using var wiki = new Consumer(tracker.Origin);

        Answer answer = await wiki.GetAsync($"{tracker.Origin}/redirect/{status}?to={other.Origin}/closed");

        Assert.Equal((status, $"{other.Origin}/closed", "OK"), (answer.Status, answer["Location"], answer.Code));
        Assert.Empty(seen.Seen);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_below_the_base_URL_is_followed_with_a_new_assertion(int status)
    {
        var seen = new RequestLog();
        await using KestrelServer tracker = await StartAsync(seen);
        using var wiki = new Consumer(tracker.Origin);

        Answer answer = await wiki.GetAsync($"{tracker.Origin}/redirect/{status}?to=/closed/a%20b%3Fq=%2B", "ann");

        Assert.Equal((200, "ann", "OK"), (answer.Status, answer.Body, answer.Code));
        Assert.Equal(["GET", "GET"], seen.Seen.Select(request => request.Method));
        Assert.Equal(2, seen.Seen.Select(request => request["X-Seraph-Trusted-App-Signature"]).Distinct().Count());
    }

    [Theory]
    [InlineData("POST", 301, "GET", "")]
    [InlineData("POST", 302, "GET", "")]
    [InlineData("POST", 303, "GET", "")]
    [InlineData("POST", 307, "POST", "content")]
    [InlineData("POST", 308, "POST", "content")]
    [InlineData("PUT", 301, "PUT", "content")]
    [InlineData("PUT", 302, "PUT", "content")]
    [InlineData("PUT", 303, "GET", "")]
    [InlineData("PUT", 307, "PUT", "content")]
    [InlineData("DELETE", 302, "DELETE", "content")]
    [InlineData("DELETE", 303, "GET", "")]
    [InlineData("HEAD", 301, "HEAD", null)]
    [InlineData("HEAD", 303, "HEAD", null)]
    [InlineData("GET", 303, "GET", null)]
    public async Task Method_and_content_go_on_as_RFC_9110_says(string method, int status, string followedBy, string? content)
    {
        var seen = new RequestLog();
        await using KestrelServer tracker = await StartAsync(seen);
        using var wiki = new Consumer(tracker.Origin);

        Answer answer = await wiki.SendAsync(
            new HttpMethod(method), $"{tracker.Origin}/redirect/{status}?to=/closed", content: content is null ? null : new StringContent("content"));

        Assert.Equal((200, "OK"), (answer.Status, answer.Code));
        SeenRequest followed = seen.Seen[1];
        Assert.Equal((followedBy, content ?? ""), (followed.Method, followed.Body));
        Assert.Equal(string.IsNullOrEmpty(content), followed["Content-Type"] is null);
    }

    [Fact]
    public async Task Content_sent_in_chunks_is_left_out_where_the_redirect_says_so()
    {
        var seen = new RequestLog();
        await using KestrelServer tracker = await StartAsync(seen);
        using var wiki = new Consumer(tracker.Origin);
        var request = new HttpRequestMessage(HttpMethod.Post, tracker.Origin + "/redirect/303?to=/closed") { Content = new StringContent("content") };
        request.Headers.TransferEncodingChunked = true;

        Answer answer = await wiki.SendAsync(request.OnBehalfOf("fred"));

        Assert.Equal((200, "fred"), (answer.Status, answer.Body));
        Assert.Equal(("chunked", null), (seen.Seen[0]["Transfer-Encoding"], seen.Seen[1]["Transfer-Encoding"]));
    }

    [Theory]
    [InlineData(307, 307)]
    [InlineData(303, 200)]
    public async Task Content_that_can_be_read_once_is_not_sent_twice(int status, int result)
    {
        var seen = new RequestLog();
        await using KestrelServer tracker = await StartAsync(seen);
        using var wiki = new Consumer(tracker.Origin);
        using var stream = new MemoryStream([1, 2, 3]);

        Answer answer = await wiki.SendAsync(HttpMethod.Post, $"{tracker.Origin}/redirect/{status}?to=/closed", content: new StreamContent(stream));

        Assert.Equal(result, answer.Status);
        Assert.Equal(result == 200 ? 2 : 1, seen.Seen.Length);
    }

    [Theory]
    [InlineData(5, 5, 200)]
    [InlineData(5, 6, 302)]
    [InlineData(0, 1, 302)]
    [InlineData(2, 3, 302)]
    [InlineData(20, 20, 200)]
    public async Task So_many_redirects_are_followed_and_no_more(int limit, int chain, int result)
    {
        var seen = new RequestLog();
        await using KestrelServer tracker = await StartAsync(seen);
        using var wiki = new Consumer(tracker.Origin, options => options.MaxRedirects = limit);

        Answer answer = await wiki.GetAsync($"{tracker.Origin}/chain/{chain}");

        Assert.Equal((result, "OK"), (answer.Status, answer.Code));
        Assert.Equal(limit + 1, seen.Seen.Length);
        Assert.Equal(limit + 1, seen.Seen.Select(request => request.Cert + request["X-Seraph-Trusted-App-Signature"]).Distinct().Count());
    }

    [Fact]
    public void Five_redirects_are_followed_unless_something_else_is_said() =>
        Assert.Equal(5, new TrustedAppClientOptions().MaxRedirects);

    [Theory]
    [InlineData("/other")]
    [InlineData("/application")]
    [InlineData("/app/..%2fother")]
    [InlineData("../other")]
    [InlineData("//localhost/app/closed")]
    [InlineData("https://127.0.0.1/app/closed")]
    [InlineData("http://fred@{0}/app/closed")]
    public async Task A_redirect_out_of_the_base_path_is_the_caller_s(string location)
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync(app => app.Map("/app/{**path}", (HttpContext context) =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = location.Replace("{0}", context.Request.Host.Value, StringComparison.Ordinal);
        }));
        using var wiki = new Consumer(server.Origin + "/app");

        Answer answer = await wiki.GetAsync(server.Origin + "/app/rest");

        Assert.Equal(302, answer.Status);
        Assert.Single(seen.Seen);
    }

    [Theory]
    [InlineData(300, "/closed")]
    [InlineData(304, "/closed")]
    [InlineData(305, "/closed")]
    [InlineData(306, "/closed")]
    [InlineData(201, "/closed")]
    [InlineData(302, null)]
    [InlineData(302, "http://[")]
    public async Task What_is_no_redirect_is_the_caller_s(int status, string? location)
    {
        var seen = new RequestLog();
        await using KestrelServer server = await seen.StartServerAsync(app => app.Map("/no-redirect", (HttpContext context) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = location;
        }));
        using var wiki = new Consumer(server.Origin);

        Answer answer = await wiki.GetAsync(server.Origin + "/no-redirect");

        Assert.Equal(status, answer.Status);
        Assert.Single(seen.Seen);
    }

    private static Task<KestrelServer> StartAsync(RequestLog? seen = null) => TestProvider.StartAsync(
        options =>
        {
            TrustedApplicationOptions trust = TestProvider.Trust(TestKeys.Wiki);
            trust.RefuseReplays = true; // an assertion that is sent twice shows
            foreach (string method in new[] { "GET", "HEAD", "POST", "PUT", "DELETE" }) trust.Methods.Add(method);
            options.Applications.Add(trust);
        },
        map: app =>
        {
            seen?.Watch(app);
            app.Map("/redirect/{status:int}", (HttpContext context, int status, string to) =>
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = to;
            }).RequireAuthorization();
            app.Map("/chain/{left:int}", (HttpContext context, int left) =>
            {
                if (left == 0) return;
                context.Response.StatusCode = 302;
                context.Response.Headers.Location = $"/chain/{left - 1}";
            }).RequireAuthorization();
        });
}
