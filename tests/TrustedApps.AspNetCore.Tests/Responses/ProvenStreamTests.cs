using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace TrustedApps.AspNetCore.Tests.Responses;

/// <summary>Endpoints that stream reach their consumer while they run, although it demands a proof.</summary>
public sealed class ProvenStreamTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    // How the application streams; each waits in the middle until its consumer has read the beginning.
    private static readonly Dictionary<string, Func<HttpContext, Task, Task>> _streams = new()
    {
        ["events by the writer"] = async (context, arrival) =>
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            await WriteAsync(context.Response.BodyWriter, "data: 1\n\n"u8.ToArray());
            await arrival;
            await WriteAsync(context.Response.BodyWriter, "data: 2\n\n"u8.ToArray());
        },
        ["events by the stream"] = async (context, arrival) =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.StartAsync();
            await context.Response.Body.WriteAsync("data: 1\n\n"u8.ToArray()); // the server needs no flush
            await arrival;
            await context.Response.Body.WriteAsync("data: 2\n\n"u8.ToArray());
        },
        ["flushed stream"] = async (context, arrival) =>
        {
            await context.Response.Body.WriteAsync("one"u8.ToArray());
            await context.Response.Body.FlushAsync();
            await context.Response.Body.FlushAsync(); // behind middleware the first one could be the end of a small answer
            await arrival;
            await context.Response.Body.WriteAsync("two"u8.ToArray());
        },
        ["flushed writer"] = async (context, arrival) =>
        {
            await WriteAsync(context.Response.BodyWriter, "1"u8.ToArray());
            ClockOf(context).Advance(_second);
            await WriteAsync(context.Response.BodyWriter, "234"u8.ToArray());
            await arrival;
            await WriteAsync(context.Response.BodyWriter, "5"u8.ToArray());
        },
        ["lines"] = async (context, arrival) =>
        {
            await context.Response.WriteAsync("1\n");
            ClockOf(context).Advance(_second);
            await context.Response.WriteAsync("2\n");
            await arrival;
            await context.Response.WriteAsync("3\n");
        },
        ["JSON of a slow source"] = (context, arrival) => Results.Json(ItemsAsync(ClockOf(context), arrival)).ExecuteAsync(context),
    };

    public static TheoryData<string, int, bool> Streams { get; } = [.. from stream in _streams.Keys from http in new[] { 1, 2 } from middleware in new[] { false, true } select (stream, http, middleware)];

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task What_is_streamed_arrives_while_the_endpoint_runs(string stream, int http, bool hasMiddleware)
    {
        var arrival = new TaskCompletionSource();
        await using KestrelServer tracker = await StartAsync(
            http,
            hasMiddleware,
            app => app.Map("/stream", (HttpContext context) => _streams[stream](context, arrival.Task.WaitAsync(context.RequestAborted))));

        ProvenAnswer got = await PeerOf(tracker, http).SendAsync("/stream", change: AcceptIdentity, afterThreeBytes: arrival.SetResult);

        Assert.Equal(200, got.Status);
        if (http == 2) got.IsProvenByTrailer();
        else got.IsProvenWithoutContent();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task The_headers_of_an_event_stream_arrive_before_the_first_event(int http, bool isUnbuffered)
    {
        var arrival = new TaskCompletionSource();
        await using KestrelServer tracker = await StartAsync(http, hasMiddleware: false, app => app.Map("/stream", async (HttpContext context) =>
        {
            if (isUnbuffered) context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
            else context.Response.ContentType = "text/event-stream";
            await context.Response.StartAsync();
            await context.Response.BodyWriter.FlushAsync();
            await arrival.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("data: 1\n\n");
        }));

        ProvenAnswer got = await PeerOf(tracker, http).SendAsync("/stream", afterHeaders: arrival.SetResult);

        Assert.Equal((200, "data: 1\n\n"), (got.Status, got.Text));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Middleware_that_passes_content_on_leaves_small_and_large_JSON_its_digest(int http)
    {
        await using KestrelServer tracker = await StartAsync(http, hasMiddleware: true, app =>
        {
            app.MapGet("/small", () => Results.Json(new { Name = "fred" }));
            app.MapGet("/large", () => Results.Json(Enumerable.Range(0, 50_000)));
        });
        ProofPeer peer = PeerOf(tracker, http);

        ProvenAnswer small = (await peer.SendAsync("/small", change: AcceptIdentity)).IsProven();
        ProvenAnswer large = (await peer.SendAsync("/large", change: AcceptIdentity)).IsProven();
        ProvenAnswer packed = (await peer.SendAsync("/large", change: request => request.With("Accept-Encoding", "gzip"))).IsProven();

        Assert.Equal("""{"name":"fred"}""", small.Text);
        Assert.InRange(large.Content.Length, 200_000, 1 << 20);
        Assert.Equal("gzip", packed["Content-Encoding"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_trailer_of_the_application_under_the_name_of_the_proof_does_not_go_out(bool isStreamed)
    {
        await using KestrelServer tracker = await StartAsync(2, hasMiddleware: false, app => app.Map("/answer", async (HttpContext context) =>
        {
            context.Response.AppendTrailer("X-Seraph-Trusted-App-Proof", "forged");
            context.Response.AppendTrailer("X-Other", "stays");
            await context.Response.WriteAsync("hello");
            if (isStreamed) await context.Response.Body.FlushAsync();
        }));

        ProvenAnswer got = await PeerOf(tracker, 2).SendAsync("/answer");

        if (isStreamed) got.IsProvenByTrailer();
        else got.IsProven();
        Assert.Equal("stays", got.TrailerOf("X-Other"));
    }

    // With each item the serializer flushes, because the next one is not there yet.
    private static async IAsyncEnumerable<string> ItemsAsync(ManualTimeProvider clock, Task arrival)
    {
        for (int item = 0; item < 50; item++)
        {
            yield return item.ToString(CultureInfo.InvariantCulture);
            if (item == 1) clock.Advance(_second);
            await Task.Yield();
        }

        await arrival;
        yield return "last";
    }

    private static ManualTimeProvider ClockOf(HttpContext context) =>
        (ManualTimeProvider)context.RequestServices.GetRequiredService<TimeProvider>();

    private static async Task WriteAsync(PipeWriter writer, byte[] content)
    {
        content.CopyTo(writer.GetSpan(content.Length));
        writer.Advance(content.Length);
        await writer.FlushAsync();
    }

    private static void AcceptIdentity(HttpRequestMessage request) => request.With("Accept-Encoding", "identity");

    // The middleware replaces the body even if the consumer accepts no compression.
    private static Task<KestrelServer> StartAsync(int http, bool hasMiddleware, Action<WebApplication> map) => Version4.StartAsync(
        services: services => services
            .AddResponseCompression(options => options.Providers.Add<GzipCompressionProvider>())
            .AddSingleton<TimeProvider>(new ManualTimeProvider(DateTimeOffset.UtcNow)),
        before: app => _ = hasMiddleware ? app.UseResponseCompression() : app,
        after: map,
        protocols: http == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1);

    private static ProofPeer PeerOf(KestrelServer server, int http) => new(server, http == 2 ? HttpVersion.Version20 : HttpVersion.Version11);
}
