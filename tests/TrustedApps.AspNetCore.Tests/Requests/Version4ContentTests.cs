using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace TrustedApps.AspNetCore.Tests.Requests;

/// <summary>Content is held against its digest before the application sees it.</summary>
public sealed class Version4ContentTests
{
    private const int Limit = 1 << 20;

    private static readonly KeyValuePair<string, string> _chunked = new("Transfer-Encoding", "chunked");

    [Theory]
    [AtEachEntrance]
    public async Task Content_of_1_MiB_is_accepted_and_one_byte_more_is_not(Entrance entrance)
    {
        string content = new('x', Limit);
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer accepted = await PostAsync(tracker, content, content);
        Answer inChunks = await PostAsync(tracker, content, Chunk(content, "!"), _chunked, bound: content + "!");

        Assert.Equal((200, "OK", content), (accepted.Status, accepted.Code, accepted.Body));
        Assert.Equal((413, "CONTENT_TOO_LARGE", ""), (inChunks.Status, inChunks.Code, inChunks.Body));
    }

    [Theory]
    [AtEachEntrance]
    public async Task A_Content_Length_above_the_limit_is_refused_before_any_content_has_come(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);
        using var client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) });
        using HttpRequestMessage request = tracker.Trusted("/echo", method: HttpMethod.Post, content: new byte[Limit + 1]);
        var unsent = new UnsentContent(Limit + 1);
        request.Content = unsent;
        request.Headers.ExpectContinue = true; // so that the client waits until it is asked for content

        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Answer answer = await Answer.OfAsync(response);

        Assert.Equal((413, "CONTENT_TOO_LARGE", false), (answer.Status, answer.Code, unsent.WasAskedFor));
    }

    [Theory]
    [AtEachEntrance("contenT", "conten", "content!", "", "\0content")]
    public async Task Other_content_than_the_asserted_is_refused(Entrance entrance, string sent)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer answer = await PostAsync(tracker, "content", sent);
        Answer inChunks = await PostAsync(tracker, "content", sent.Length == 0 ? "0\r\n\r\n" : Chunk(sent), _chunked);

        Assert.Equal((401, "BAD_DIGEST", ""), (answer.Status, answer.Code, answer.Body));
        Assert.Equal((401, "BAD_DIGEST", ""), (inChunks.Status, inChunks.Code, inChunks.Body));
    }

    [Theory]
    [AtEachEntrance]
    public async Task Content_of_which_nothing_is_asserted_is_refused(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        Answer answer = await PostAsync(tracker, "", "x");
        Answer inChunks = await PostAsync(tracker, "", Chunk("x"), _chunked);
        Answer none = await PostAsync(tracker, "", "");
        Answer noChunks = await PostAsync(tracker, "", "0\r\n\r\n", _chunked);

        Assert.Equal((401, "BAD_DIGEST"), (answer.Status, answer.Code));
        Assert.Equal((401, "BAD_DIGEST"), (inChunks.Status, inChunks.Code));
        Assert.Equal((200, "", "OK"), (none.Status, none.Body, none.Code));
        Assert.Equal((200, "", "OK"), (noChunks.Status, noChunks.Body, noChunks.Code));
    }

    [Theory]
    [AtEachEntrance]
    public async Task Chunks_are_joined_before_the_digest_and_trailers_are_dropped(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            after: app => app.MapPost("/trailers", async (HttpContext context) =>
            {
                using var reader = new StreamReader(context.Request.Body);
                string content = await reader.ReadToEndAsync(context.RequestAborted);
                IHttpRequestTrailersFeature trailers = context.Features.GetRequiredFeature<IHttpRequestTrailersFeature>();
                return $"{content} {trailers.Available} {trailers.Trailers.Count}";
            }),
            entrance: entrance);

        Answer answer = await tracker.SendRawAsync(
            "POST /trailers", Version4.Issue(tracker.Origin, "/trailers", method: "POST", content: Version4.Bind("content")), Chunk("con", "tent", trailer: "X-Admin: yes\r\n"), _chunked, new("Trailer", "X-Admin"));

        Assert.Equal((200, "content True 0", "OK"), (answer.Status, answer.Body, answer.Code));
    }

    [Theory]
    [AtEachEntrance]
    public async Task The_content_type_is_bound_with_the_content(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(entrance: entrance);

        async Task<string?> CodeAsync(string? bound, string? sent) => (await tracker.SendRawAsync(
            "POST /echo", Version4.Issue(tracker.Origin, "/echo", method: "POST", content: Version4.Bind("x", bound)), "x", sent is null ? [Length(1)] : [Length(1), new("Content-Type", sent)])).Code;

        Assert.Equal("OK", await CodeAsync("text/plain;charset=\"UTF-8\"", "text/plain;charset=\"UTF-8\""));
        Assert.Equal("BAD_SIGNATURE", await CodeAsync("text/plain", "Text/plain"));
        Assert.Equal("BAD_SIGNATURE", await CodeAsync("text/plain", null));
        Assert.Equal("BAD_SIGNATURE", await CodeAsync(null, "text/plain"));
        Assert.Equal("OK", await CodeAsync(null, null));
    }

    [Theory]
    [AtEachEntrance]
    public async Task Unbound_content_is_accepted_only_where_the_trust_says_so(Entrance entrance)
    {
        await using KestrelServer strict = await Version4.StartAsync(entrance: entrance);
        await using KestrelServer open = await Version4.StartAsync(options => options.Applications.Add(Version4.Trust(trust => trust.AllowUnboundContent = true)), entrance: entrance);
        string content = new('x', Limit + 1);

        Answer refused = await SendAsync(strict), accepted = await SendAsync(open);

        Assert.Equal((401, "BAD_DIGEST"), (refused.Status, refused.Code));
        Assert.Equal((200, "OK", content), (accepted.Status, accepted.Code, accepted.Body));

        Task<Answer> SendAsync(KestrelServer server) => server.SendRawAsync(
            "POST /echo", Version4.Issue(server.Origin, "/echo", method: "POST", content: ContentBinding.Unbound(null)), content, Length(content.Length));
    }

    [Theory]
    [AtEachEntrance]
    public async Task Decompression_comes_after_authentication(Entrance entrance)
    {
        byte[] packed = Gzip("the content, the content, the content");
        await using KestrelServer right = await Version4.StartAsync(
            services: services => services.AddRequestDecompression(), after: app => app.UseRequestDecompression(), entrance: entrance);
        await using KestrelServer wrong = await Version4.StartAsync(
            services: services => services.AddRequestDecompression(), before: app => app.UseRequestDecompression(), entrance: entrance);

        Answer accepted = await PackedAsync(right, packed), refused = await PackedAsync(wrong, packed), broken = await PackedAsync(wrong, [.. packed[..^12], .. new byte[12]]);

        Assert.Equal((200, "OK", "the content, the content, the content"), (accepted.Status, accepted.Code, accepted.Body));
        Assert.Equal((401, "BAD_DIGEST"), (refused.Status, refused.Code));
        Assert.Contains("UseRequestDecompression goes after UseAuthentication", wrong.Logs.Refusals.First().Message, StringComparison.Ordinal);
        Assert.Equal((401, "BAD_DIGEST"), (broken.Status, broken.Code)); // and no failure

        static Task<Answer> PackedAsync(KestrelServer server, byte[] packed)
        {
            HttpRequestMessage request = server.Trusted("/echo", method: HttpMethod.Post, content: packed);
            request.Content!.Headers.ContentEncoding.Add("gzip");
            return request.SendAsync();
        }
    }

    [Theory]
    [AtEachEntrance]
    public async Task An_endpoint_that_streams_reads_more_than_the_limit_and_finds_out_at_the_end(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            after: app => app.MapPost("/stream", async (HttpContext context) =>
            {
                long length = 0;
                byte[] buffer = new byte[65_536];
                try
                {
                    for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;) length += read;
                    return $"whole {length}";
                }
                catch (InvalidDataException)
                {
                    return $"wrong {length}";
                }
            }).StreamTrustedContent(),
            entrance: entrance);
        string content = new('x', 3 * Limit);

        Assert.Equal("200 whole 3145728", await StreamAsync(content, content, Length(content.Length)));
        Assert.Equal("200 whole 3145728", await StreamAsync(content, Chunk(content), _chunked));
        string wrong = await StreamAsync(content, content[1..] + "y", Length(content.Length));
        Assert.StartsWith("200 wrong ", wrong, StringComparison.Ordinal);
        Assert.InRange(int.Parse(wrong["200 wrong ".Length..], System.Globalization.CultureInfo.InvariantCulture), 0, (3 * Limit) - 1); // the last bytes are not given out
        Assert.Equal("200 wrong 0", await StreamAsync(content, "0\r\n\r\n", _chunked));
        Assert.Equal("401 ", await StreamAsync("", "x", Length(1)));

        async Task<string> StreamAsync(string bound, string sent, KeyValuePair<string, string> framing)
        {
            Answer answer = await tracker.SendRawAsync("POST /stream", Version4.Issue(tracker.Origin, "/stream", method: "POST", content: Version4.Bind(bound)), sent, framing);
            return $"{answer.Status} {answer.Body}";
        }
    }

    [Theory]
    [AtEachEntrance]
    public async Task A_form_that_was_read_before_authentication_does_not_reach_the_application(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            before: app => app.Use(async (context, next) =>
            {
                if (context.Request.HasFormContentType) await context.Request.ReadFormAsync(context.RequestAborted);
                await next(context);
            }),
            after: app => app.MapPost("/form", async Task<string> (HttpContext context) =>
                (await context.Request.ReadFormAsync(context.RequestAborted))["amount"].ToString()),
            entrance: entrance);
        var type = new KeyValuePair<string, string>("Content-Type", "application/x-www-form-urlencoded");

        Answer stated = await SendAsync("amount=9999", Length("amount=9999".Length));
        Answer inChunks = await SendAsync(Chunk("amount=9999"), _chunked);

        Assert.Equal((401, "BAD_DIGEST", ""), (stated.Status, stated.Code, stated.Body));
        Assert.Equal((200, "OK", ""), (inChunks.Status, inChunks.Code, inChunks.Body));

        Task<Answer> SendAsync(string content, KeyValuePair<string, string> framing) =>
            tracker.SendRawAsync("POST /form", Version4.Issue(tracker.Origin, "/form", method: "POST"), content, type, framing);
    }

    [Theory]
    [AtEachEntrance]
    public async Task No_trusted_request_becomes_a_raw_stream(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            after: app => app.MapGet("/upgrade", (HttpContext context) => $"{context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest ?? false}"),
            entrance: entrance);

        Answer answer = await tracker.SendRawAsync(
            "GET /upgrade", Version4.Issue(tracker.Origin, "/upgrade"), more: [new("Connection", "Upgrade"), new("Upgrade", "h2c")]);

        Assert.Equal((200, "OK", "False"), (answer.Status, answer.Code, answer.Body));
    }

    [Theory]
    [AtEachEntrance]
    public async Task The_application_reads_checked_content_in_every_usual_way(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            after: app =>
            {
                app.MapPost("/json", (Ticket ticket) => ticket.Summary);
                app.MapPost("/form", async Task<string> (HttpContext context) =>
                {
                    IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
                    return form["summary"].ToString();
                });
                app.MapPost("/pipe", async Task<string> (HttpContext context) =>
                {
                    ReadResult read = await context.Request.BodyReader.ReadAtLeastAsync(4096, context.RequestAborted);
                    return Encoding.UTF8.GetString(read.Buffer);
                });
                app.MapPost("/twice", async (HttpContext context) =>
                {
                    context.Request.EnableBuffering();
                    using var reader = new StreamReader(context.Request.Body, leaveOpen: true);
                    string first = await reader.ReadToEndAsync(context.RequestAborted);
                    context.Request.Body.Position = 0;
                    return first + await reader.ReadToEndAsync(context.RequestAborted);
                });
            },
            entrance: entrance);

        Assert.Equal("it broke", await PostAsync("/json", """{"summary":"it broke"}""", "application/json"));
        Assert.Equal("it broke", await PostAsync("/form", "summary=it+broke", "application/x-www-form-urlencoded"));
        Assert.Equal("it broke", await PostAsync("/pipe", "it broke", null));
        Assert.Equal("it brokeit broke", await PostAsync("/twice", "it broke", "text/plain"));

        async Task<string> PostAsync(string path, string content, string? type) =>
            (await tracker.Trusted(path, method: HttpMethod.Post, content: Encoding.UTF8.GetBytes(content), contentType: type).SendAsync()).Body;
    }

    [Theory]
    [AtEachEntrance]
    public async Task What_is_buffered_in_front_of_authentication_is_checked_all_the_same(Entrance entrance)
    {
        await using KestrelServer tracker = await Version4.StartAsync(
            before: app => app.Use((context, next) =>
            {
                context.Request.EnableBuffering();
                return next(context);
            }),
            entrance: entrance);

        Assert.Equal("content", (await PostAsync(tracker, "content", "content")).Body);
        Assert.Equal("BAD_DIGEST", (await PostAsync(tracker, "content", "Content")).Code);
    }

    private static Task<Answer> PostAsync(KestrelServer server, string asserted, string sent, KeyValuePair<string, string>? framing = null, string? bound = null) => server.SendRawAsync(
        "POST /echo", Version4.Issue(server.Origin, "/echo", method: "POST", content: Version4.Bind(bound ?? asserted)), sent, framing ?? Length(sent.Length));

    private static KeyValuePair<string, string> Length(int length) => new("Content-Length", length.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static string Chunk(string first, string? second = null, string trailer = "") =>
        $"{first.Length:x}\r\n{first}\r\n{(second is null ? "" : $"{second.Length:x}\r\n{second}\r\n")}0\r\n{trailer}\r\n";

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private sealed record Ticket(string Summary);

    private sealed class UnsentContent(long length) : HttpContent
    {
        public bool WasAskedFor { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            WasAskedFor = true;
            return Task.CompletedTask;
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
