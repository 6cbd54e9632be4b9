using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TrustedApps.AspNetCore;
using TrustedApps.Client;

namespace TrustedApps.IntegrationTests;

/// <summary>What the handler makes of ordinary requests: it binds what HttpClient really sends.</summary>
public sealed class Version4ConsumerTests
{
    private readonly RequestLog _seen = new();

    [Fact]
    public async Task Version_4_is_spoken_unless_something_else_is_said()
    {
        await using KestrelServer tracker = await StartAsync();
        using var wiki = Consumer.OfVersion4(tracker.Origin);

        Answer answer = await wiki.GetAsync(tracker.Origin + "/closed?q=%C3%BC", "李 😀");

        Assert.Equal((200, "李 😀", "OK"), (answer.Status, answer.Body, answer.Code));
        SeenRequest request = Assert.Single(_seen.Trusted);
        Assert.Equal(
            ["X-Seraph-Trusted-App-Cert", "X-Seraph-Trusted-App-ID", "X-Seraph-Trusted-App-Key", "X-Seraph-Trusted-App-Version"], request.TrustedHeaders.Order());
        Assert.Equal(("wiki", "4"), (request["X-Seraph-Trusted-App-ID"], request["X-Seraph-Trusted-App-Version"]));
    }

    [Fact]
    public async Task One_grant_goes_with_many_requests_and_each_has_an_assertion_of_its_own()
    {
        await using KestrelServer tracker = await StartAsync();
        using var wiki = Consumer.OfVersion4(tracker.Origin);

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => wiki.GetAsync(tracker.Origin + "/closed", $"user{number}")));

        Assert.Equal(Enumerable.Range(0, 40).Select(number => $"user{number}"), answers.Select(answer => answer.Body));
        // A request after the first answer names the grant, and carries no Key.
        Assert.Single(_seen.Trusted.Select(request => request["X-Seraph-Trusted-App-Key"]).OfType<string>().Distinct());
        Assert.Equal(40, _seen.Trusted.Select(request => request.Cert).Distinct().Count());
    }

    [Fact]
    public async Task An_application_acts_as_itself_only_where_it_says_so()
    {
        await using KestrelServer tracker = await StartAsync(trust => trust.AllowSelf = true);
        using var wiki = Consumer.OfVersion4(tracker.Origin);

        Answer itself = await wiki.SendAsync(new HttpRequestMessage(HttpMethod.Get, tracker.Origin + "/claims").OnOwnBehalf());
        Answer user = await wiki.SendAsync(new HttpRequestMessage(HttpMethod.Get, tracker.Origin + "/closed").OnOwnBehalf().OnBehalfOf("fred"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => wiki.SendAsync(new HttpRequestMessage(HttpMethod.Get, tracker.Origin + "/closed")));

        Assert.Equal((200, "OK"), (itself.Status, itself.Code));
        Assert.DoesNotContain("claims/name", itself.Body, StringComparison.Ordinal);
        Assert.Equal("fred", user.Body);
        Assert.Equal(2, _seen.Trusted.Length);
    }

    [Theory]
    [InlineData("get", "GET")]
    [InlineData("Post", "POST")]
    [InlineData("pAtch", "PATCH")]
    [InlineData("query", "query")]
    [InlineData("brew", "brew")]
    public async Task The_method_is_the_one_that_is_really_sent(string method, string sent)
    {
        await using KestrelServer tracker = await StartAsync();
        using var wiki = Consumer.OfVersion4(tracker.Origin);

        Answer answer = await wiki.SendAsync(new HttpMethod(method), tracker.Origin + "/closed");

        Assert.Equal((200, "OK"), (answer.Status, answer.Code));
        if (sent != "query") Assert.Equal(sent, Assert.Single(_seen.Trusted).Method); // newer clients know it
    }

    [Theory]
    [InlineData("/closed/a%20b", "?q=a b&r=ü")]
    [InlineData("/closed/%7Efred/%41", "?%7E=%41")]
    [InlineData("/closed/x/../y/./z", "")]
    [InlineData("/closed/ü/李", "?")]
    [InlineData("/closed/(')*,;=@:!$&+", "#fragment")]
    public async Task The_URL_is_the_one_that_is_really_sent(string path, string query)
    {
        await using KestrelServer tracker = await StartAsync();
        using var wiki = Consumer.OfVersion4(tracker.Origin);

        Answer answer = await wiki.GetAsync(tracker.Origin + path + query);

        Assert.Equal((200, "fred", "OK"), (answer.Status, answer.Body, answer.Code));
    }

    public static TheoryData<string> Contents { get; } = ["bytes", "string", "stream", "form", "multipart", "json", "empty", "read-only memory", "no type", "odd type"];

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Content_is_bound_with_its_type_as_sent(string kind)
    {
        await using KestrelServer tracker = await StartAsync();
        using var wiki = Consumer.OfVersion4(tracker.Origin);

        Answer answer = await wiki.SendAsync(HttpMethod.Post, tracker.Origin + "/echo", content: ContentOf(kind));
        HttpContent same = ContentOf(kind);
        Answer inChunks = await wiki.SendAsync(new HttpRequestMessage(HttpMethod.Put, tracker.Origin + "/echo") { Content = same, Headers = { TransferEncodingChunked = true } }.OnBehalfOf("fred"));

        Assert.Equal((200, "OK"), (answer.Status, answer.Code));
        Assert.Equal((200, "OK"), (inChunks.Status, inChunks.Code));
        Assert.Equal(_seen.Trusted[0].Body, answer.Body);
        if (kind == "odd type") Assert.Equal("Text/Plain; charset=\"utf-8\"", _seen.Trusted[0]["Content-Type"]); // HttpClient's spelling
    }

    [Fact]
    public async Task A_handler_below_that_reads_the_content_type_does_no_harm()
    {
        await using KestrelServer tracker = await StartAsync();
        using var wiki = Consumer.OfVersion4(tracker.Origin, before: builder => builder.ConfigurePrimaryHttpMessageHandler(() => new Reading { InnerHandler = TrustedAppHandler.CreateInnerHandler() }));

        Answer answer = await wiki.SendAsync(HttpMethod.Post, tracker.Origin + "/echo", content: ContentOf("odd type"));

        Assert.Equal((200, "OK"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_is_bound_within_the_limit_and_otherwise_not_sent(bool hasLength)
    {
        await using KestrelServer tracker = await StartAsync();
        using var wiki = Consumer.OfVersion4(tracker.Origin, options => options.MaxBufferedContent = 1000);

        Answer within = await wiki.SendAsync(HttpMethod.Post, tracker.Origin + "/echo", content: new StreamContent(new Source(1000, hasLength)));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            wiki.SendAsync(HttpMethod.Post, tracker.Origin + "/echo", content: new StreamContent(new Source(1001, hasLength))));

        Assert.Equal((200, "OK", 1000), (within.Status, within.Code, within.Body.Length));
        Assert.Contains("longer than MaxBufferedContent (1000 bytes)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MaxBufferedContent", refused.Message, StringComparison.Ordinal);
        Assert.Single(_seen.Trusted);
    }

    [Theory]
    [InlineData(true, 1000, "OK")]
    [InlineData(true, 1001, "BAD_DIGEST")]
    [InlineData(false, 1, "BAD_DIGEST")]
    public async Task Longer_content_is_left_unbound_where_that_is_allowed(bool hasLength, int length, string strict)
    {
        await using KestrelServer tracker = await StartAsync();
        await using KestrelServer open = await StartAsync(trust => trust.AllowUnboundContent = true);

        Assert.Equal(strict, (await SendAsync(tracker)).Code);
        Answer answer = await SendAsync(open);
        Assert.Equal((200, "OK", length), (answer.Status, answer.Code, answer.Body.Length));

        async Task<Answer> SendAsync(KestrelServer server)
        {
            using var wiki = Consumer.OfVersion4(server.Origin, options => (options.MaxBufferedContent, options.AllowUnboundContent) = (1000, true));
            return await wiki.SendAsync(HttpMethod.Post, server.Origin + "/echo", content: new StreamContent(new Source(length, hasLength)));
        }
    }

    [Fact]
    public async Task Redirects_below_the_base_URL_are_followed_with_a_new_assertion_and_others_returned()
    {
        var strangers = new RequestLog();
        await using KestrelServer other = await strangers.StartServerAsync();
        await using KestrelServer tracker = await StartAsync(after: app => app.Map("/redirect", (HttpContext context, string to) =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = to;
        }));
        using var wiki = Consumer.OfVersion4(tracker.Origin);

        Answer followed = await wiki.SendAsync(HttpMethod.Post, tracker.Origin + "/redirect?to=/echo", content: new StringContent("content"));
        Answer returned = await wiki.GetAsync($"{tracker.Origin}/redirect?to={other.Origin}/closed");

        Assert.Equal((200, "content", "OK"), (followed.Status, followed.Body, followed.Code));
        Assert.Equal((307, $"{other.Origin}/closed"), (returned.Status, returned["Location"]));
        Assert.Equal(3, _seen.Trusted.Select(request => request.Cert).Distinct().Count());
        Assert.Empty(strangers.Seen);
    }

    [Fact]
    public async Task The_headers_never_go_to_another_host()
    {
        var strangers = new RequestLog();
        await using KestrelServer other = await strangers.StartServerAsync();
        await using KestrelServer tracker = await StartAsync();
        using var wiki = Consumer.OfVersion4(tracker.Origin);
        await wiki.GetAsync(tracker.Origin + "/closed");

        await Assert.ThrowsAsync<InvalidOperationException>(() => wiki.GetAsync(other.Origin + "/closed"));
        await wiki.SendAsync(new HttpRequestMessage(HttpMethod.Get, other.Origin + "/closed"));
        await wiki.SendAsync(new HttpRequestMessage(HttpMethod.Get, other.Origin + "/closed").With(Version4.Issue(tracker.Origin, "/closed"))); // from upstream

        Assert.Equal(2, strangers.Seen.Length);
        Assert.All(strangers.Seen, request => Assert.Empty(request.TrustedHeaders));
    }

    private Task<KestrelServer> StartAsync(Action<TrustedApplicationOptions>? trust = null, Action<WebApplication>? after = null) => Version4.StartAsync(
        options => options.Applications.Add(Version4.Trust(trust)), before: _seen.WatchAlone, after: after);

    private static HttpContent ContentOf(string kind)
    {
        HttpContent content = kind switch
        {
            "bytes" or "no type" => new ByteArrayContent([0, 1, 2, 3]),
            "string" or "odd type" => new StringContent("Größe"),
            "stream" => new StreamContent(new Source(5000, hasLength: false)),
            "form" => new FormUrlEncodedContent([new("summary", "it broke & again")]),
            "multipart" => new MultipartFormDataContent { { new StringContent("it broke"), "summary" } },
            "json" => JsonContent.Create(new { Summary = "ü" }),
            "empty" => new StringContent("", Encoding.UTF8, "text/plain"),
            _ => new ReadOnlyMemoryContent(new byte[] { 1, 2 }),
        };
        if (kind == "odd type")
        {
            content.Headers.Remove("Content-Type");
            content.Headers.TryAddWithoutValidation("Content-Type", "Text/Plain ;charset=\"utf-8\"");
        }

        return content;
    }

    /// <summary>Looks at the content type, after which HttpClient sends it in its own spelling.</summary>
    private sealed class Reading : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("Text/Plain", request.Content!.Headers.ContentType!.MediaType);
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>So many bytes, of known length or not.</summary>
    private sealed class Source(int length, bool hasLength) : MemoryStream(Encoding.ASCII.GetBytes(new string('x', length)))
    {
        public override bool CanSeek => hasLength;
    }
}
