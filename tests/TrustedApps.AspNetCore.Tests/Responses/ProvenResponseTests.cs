using System.IO.Compression;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace TrustedApps.AspNetCore.Tests.Responses;

/// <summary>Whatever the application answers, and whatever middleware makes of it, is proven as it goes out.</summary>
public sealed class ProvenResponseTests
{
    private const int Limit = 1 << 20;

    private static readonly string _long = string.Concat(Enumerable.Range(0, Limit / 8).Select(number => $"{number:x8}"));

    // How the application answers; the status, and whether there is content.
    private static readonly Dictionary<string, (Delegate Answer, int Status, bool HasContent)> _complete = new()
    {
        ["text"] = (() => "hello", 200, true),
        ["nothing"] = ((HttpContext _) => Task.CompletedTask, 200, false),
        ["json"] = (() => new { Name = "fred", Issues = Enumerable.Range(0, 50) }, 200, true),
        ["problem"] = (() => Results.Problem("no", statusCode: 422), 422, true),
        ["status only"] = (() => Results.StatusCode(404), 404, false),
        ["created"] = (() => Results.Created("/issues/1", new { Id = 1 }), 201, true),
        ["empty text"] = (() => Results.Text(""), 200, false),
        ["write"] = ((HttpContext context) => context.Response.WriteAsync("hello"), 200, true),
        ["large json"] = (() => Enumerable.Range(0, 100_000), 200, true),
        ["large json of a list"] = ((HttpContext context) => context.Response.WriteAsJsonAsync(Enumerable.Range(0, 5000).Select(number => new { Number = number, Name = "fred" }).ToList()), 200, true),
        ["items at hand"] = (() => AtHandAsync(), 200, true),
        ["writes"] = (async (HttpContext context) =>
        {
            await context.Response.WriteAsync("hel");
            await context.Response.WriteAsync("");
            await context.Response.WriteAsync("lo");
        }, 200, true),
        ["writes of full buffers"] = (async (HttpContext context) =>
        {
            await context.Response.WriteAsync(_long[..4096]);
            await context.Response.WriteAsync(_long[..9000]);
            await context.Response.WriteAsync("end");
        }, 200, true),
        ["stream"] = ((HttpContext context) => context.Response.Body.WriteAsync("hello"u8.ToArray()).AsTask(), 200, true),
        ["begin"] = ((HttpContext context) => Task.Factory.FromAsync((callback, state) => context.Response.Body.BeginWrite("hello"u8.ToArray(), 0, 5, callback, state), context.Response.Body.EndWrite, null), 200, true),
        ["writer"] = (async (HttpContext context) =>
        {
            Fill(context.Response.BodyWriter, 5);
            Fill(context.Response.BodyWriter, 9000);
            await context.Response.BodyWriter.FlushAsync();
            await context.Response.BodyWriter.WriteAsync("more"u8.ToArray());
        }, 200, true),
        ["unflushed writer"] = ((HttpContext context) => Fill(context.Response.BodyWriter, 5), 200, true),
        ["stream and writer"] = (async (HttpContext context) =>
        {
            await context.Response.Body.WriteAsync("hel"u8.ToArray());
            Fill(context.Response.BodyWriter, 5);
            await context.Response.Body.WriteAsync("lo"u8.ToArray());
        }, 200, true),
        ["completed writer"] = (async (HttpContext context) =>
        {
            Fill(context.Response.BodyWriter, 5);
            await context.Response.BodyWriter.CompleteAsync();
        }, 200, true),
        ["writer completed at once"] = ((HttpContext context) =>
        {
            Fill(context.Response.BodyWriter, 5);
            context.Response.BodyWriter.Complete();
        }, 200, true),
        ["start"] = (async (HttpContext context) =>
        {
            await context.Response.StartAsync();
            await context.Response.WriteAsync("hello");
        }, 200, true),
        ["complete"] = (async (HttpContext context) =>
        {
            await context.Response.WriteAsync("hello");
            await context.Response.CompleteAsync();
        }, 200, true),
        ["on starting"] = (async (HttpContext context) =>
        {
            context.Response.OnStarting(() => Task.FromResult(context.Response.StatusCode = 202));
            await context.Response.WriteAsync("hello");
            context.Response.OnStarting(() => Task.FromResult(context.Response.ContentType = "text/x-late"));
        }, 202, true),
        ["status after content"] = ((HttpContext context) =>
        {
            context.Response.ContentLength = 5;
            return context.Response.WriteAsync("hello");
        }, 200, true),
        ["1 MiB"] = (() => Results.Text(_long), 200, true),
        ["204"] = (() => Results.NoContent(), 204, false),
        ["205"] = (() => Results.StatusCode(205), 205, false),
        ["304"] = ((HttpContext context) =>
        {
            context.Response.Headers.ETag = "\"1\"";
            context.Response.StatusCode = 304;
        }, 304, false),
        ["redirect"] = (() => Results.Redirect("/elsewhere?a=%C3%BC"), 302, false),
        ["permanent redirect"] = (() => Results.LocalRedirect("/there", permanent: true, preserveMethod: true), 308, false),
        ["forbidden"] = (() => Results.Forbid(), 403, false),
        ["challenged"] = (() => Results.Challenge(), 401, false),
        ["file"] = ((HttpContext context) => Results.File(Encoding.UTF8.GetBytes(_long[..5000]), "text/plain", enableRangeProcessing: true), 200, true),
        ["bytes"] = (() => Results.Bytes(new byte[300], "application/octet-stream"), 200, true),
        ["stream result"] = (() => Results.Stream(new MemoryStream(new byte[70_000])), 200, true),
        ["several types of one name"] = ((HttpContext context) =>
        {
            context.Response.Headers.ContentEncoding = new StringValues(["x-one", " x-two "]);
            return context.Response.WriteAsync("hello");
        }, 200, true),
        ["blank headers"] = ((HttpContext context) =>
        {
            (context.Response.Headers.ContentType, context.Response.Headers.Location) = ("", " ");
            return context.Response.WriteAsync("hello");
        }, 200, true),
        ["cache control"] = ((HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "private, no-transform, no-store, max-age=0";
            return context.Response.WriteAsync("hello");
        }, 200, true),
        ["forged proof"] = ((HttpContext context) =>
        {
            context.Response.Headers["X-Seraph-Trusted-App-Proof"] = new StringValues(["a", "b"]);
            return context.Response.WriteAsync("hello");
        }, 200, true),
        ["body replaced"] = (async (HttpContext context) =>
        {
            Stream body = context.Response.Body;
            using var memory = new MemoryStream();
            context.Response.Body = memory;
            await context.Response.WriteAsync("hello");
            context.Response.Body = body;
            await body.WriteAsync(memory.ToArray());
        }, 200, true),
        ["failure"] = (void (HttpContext _) => throw new InvalidOperationException("secret"), 500, false),
        ["failure after content"] = (async Task (HttpContext context) =>
        {
            await context.Response.WriteAsync("hello");
            throw new InvalidOperationException("secret");
        }, 500, false),
        ["bad request"] = (void (HttpContext _) => throw new BadHttpRequestException("secret", 418), 418, false),
        ["content in a 204"] = ((HttpContext context) =>
        {
            context.Response.StatusCode = 204;
            return context.Response.WriteAsync("hello");
        }, 500, false),
        ["less than the length"] = ((HttpContext context) =>
        {
            context.Response.ContentLength = 6;
            return context.Response.WriteAsync("hello");
        }, 500, false),
        ["more than the length"] = ((HttpContext context) =>
        {
            context.Response.ContentLength = 4;
            return context.Response.WriteAsync("hello");
        }, 500, false),
        ["long location"] = ((HttpContext context) =>
        {
            context.Response.Headers["X-Original"] = "yes";
            context.Response.Redirect("/" + new string('x', 6000));
            return context.Response.WriteAsync("hello");
        }, 500, false),
    };

    // Content whose digest is not known when the headers go out.
    private static readonly Dictionary<string, Func<HttpContext, Task>> _streamed = new()
    {
        ["more than 1 MiB"] = context => context.Response.WriteAsync(_long + "!"),
        ["more than 1 MiB in parts"] = async context =>
        {
            for (int part = 0; part < 17; part++) await context.Response.WriteAsync(_long[..(1 << 16)]);
        },
        ["more than 1 MiB by the writer"] = async context =>
        {
            Fill(context.Response.BodyWriter, Limit);
            Fill(context.Response.BodyWriter, 1);
            await context.Response.BodyWriter.FlushAsync();
            Fill(context.Response.BodyWriter, 100_000);
            await context.Response.WriteAsync("end");
        },
        ["more than 1 MiB of known length"] = async context =>
        {
            context.Response.ContentLength = _long.Length + 1;
            await context.Response.WriteAsync("!");
            await context.Response.WriteAsync(_long);
        },
        ["flushed"] = async context =>
        {
            await context.Response.WriteAsync("hel");
            await context.Response.Body.FlushAsync();
            await context.Response.WriteAsync("lo");
        },
        ["flushed at the end"] = async context =>
        {
            await context.Response.WriteAsync("hello");
            await context.Response.Body.FlushAsync();
        },
        ["flushed without content"] = context => context.Response.Body.FlushAsync(),
        ["unbuffered"] = async context =>
        {
            context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
            await context.Response.WriteAsync("hello");
        },
        ["events"] = context => TypedResults.ServerSentEvents(EventsAsync()).ExecuteAsync(context),
        ["completed"] = async context =>
        {
            await context.Response.Body.FlushAsync();
            await context.Response.WriteAsync("hello");
            await context.Response.CompleteAsync();
        },
    };

    public static TheoryData<string, int> Complete { get; } = ForBoth(_complete.Keys);

    public static TheoryData<string, int> Streamed { get; } = ForBoth(_streamed.Keys);

    [Theory]
    [MemberData(nameof(Complete))]
    public async Task Content_that_is_complete_has_its_digest_in_the_header(string answer, int http)
    {
        (Delegate handler, int status, bool hasContent) = _complete[answer];
        await using KestrelServer tracker = await StartAsync(http, after: app => app.Map("/answer", handler));

        ProvenAnswer got = (await PeerOf(tracker, http).SendAsync("/answer")).IsProven();

        Assert.Equal((status, hasContent), (got.Status, got.Content.Length > 0));
        Assert.DoesNotContain("secret", got.Text, StringComparison.Ordinal);
        Assert.Null(got["X-Original"]);
        if (status is not (204 or 304)) Assert.Equal($"{got.Content.Length}", got["Content-Length"]);
    }

    [Theory]
    [MemberData(nameof(Complete))]
    public async Task A_response_to_HEAD_is_proven_without_content(string answer, int http)
    {
        (Delegate handler, int status, bool _) = _complete[answer];
        await using KestrelServer tracker = await StartAsync(http, after: app => app.Map("/answer", handler));

        ProvenAnswer got = (await PeerOf(tracker, http).SendAsync("/answer", "HEAD")).IsProven();

        if (answer is not ("content in a 204" or "less than the length" or "more than the length")) Assert.Equal(status, got.Status);
    }

    [Theory]
    [MemberData(nameof(Streamed))]
    public async Task Content_that_is_streamed_has_its_digest_in_the_trailer_where_the_connection_has_one(string answer, int http)
    {
        await using KestrelServer tracker = await StartAsync(http, after: app => app.Map("/answer", (HttpContext context) => _streamed[answer](context)));

        ProvenAnswer got = await PeerOf(tracker, http).SendAsync("/answer");

        Assert.Equal(200, got.Status);
        if (http == 2) got.IsProvenByTrailer();
        else got.IsProvenWithoutContent();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Flushed_content_arrives_before_the_response_ends(int http)
    {
        var hasArrived = new TaskCompletionSource();
        await using KestrelServer tracker = await StartAsync(http, after: app => app.Map("/answer", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("hel");
            await context.Response.Body.FlushAsync();
            await hasArrived.Task;
            await context.Response.WriteAsync("lo");
        }));

        ProvenAnswer got = await PeerOf(tracker, http).SendAsync("/answer", afterThreeBytes: hasArrived.SetResult);

        Assert.Equal(200, got.Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_response_that_ends_in_an_exception_after_its_start_has_no_trailer(int http)
    {
        await using KestrelServer tracker = await StartAsync(http, after: app => app.Map("/answer", async Task (HttpContext context) =>
        {
            await context.Response.WriteAsync("hello");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException("in the middle");
        }));

        await Assert.ThrowsAnyAsync<IOException>(() => PeerOf(tracker, http).SendAsync("/answer"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Without_the_demand_nothing_is_proven_and_nothing_is_held_back(int http)
    {
        var hasArrived = new TaskCompletionSource();
        await using KestrelServer tracker = await StartAsync(http, after: app => app.Map("/answer", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("hel");
            await hasArrived.Task;
            Fill(context.Response.BodyWriter, 5);
            await context.Response.Body.WriteAsync("lo"u8.ToArray());
        }));

        ProvenAnswer got = await PeerOf(tracker, http).SendAsync("/answer", more: "", afterThreeBytes: hasArrived.SetResult);

        Assert.Equal((200, "OK"), (got.Status, got["X-Seraph-Trusted-App-Status"]));
        Assert.Null(got.Claims);
        Assert.Equal("no-store, private", got["Cache-Control"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_refusal_after_the_claims_is_proven(int http)
    {
        await using KestrelServer tracker = await StartAsync(http, options => options.Applications.Add(Version4.Trust(trust =>
        {
            trust.Methods.Add("GET");
            trust.DenyUsers.Add("barney");
        })));
        ProofPeer peer = PeerOf(tracker, http);

        ProvenAnswer denied = (await peer.SendAsync("/closed", sub: "\"sub\":\"barney\",")).IsProven();
        ProvenAnswer method = (await peer.SendAsync("/closed", "PUT")).IsProven();
        ProvenAnswer other = (await peer.SendAsync("/closed", change: request => request.RequestUri = new Uri($"{tracker.Origin}/closed?other"))).IsProven();
        ProvenAnswer malformed = await peer.SendAsync("/closed", more: ",\"rsp\":false");

        Assert.Equal((403, "PERMISSION_DENIED"), (denied.Status, CodeOf(denied)));
        Assert.Equal((401, "BAD_METHOD"), (method.Status, CodeOf(method)));
        Assert.Equal((401, "BAD_SIGNATURE"), (other.Status, CodeOf(other)));
        Assert.Equal((401, null), (malformed.Status, malformed.Claims));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_refusal_has_its_digest_whatever_writes_its_content(int http)
    {
        await using KestrelServer tracker = await StartAsync(
            http,
            options =>
            {
                options.MaxBufferedContent = 0;
                options.Applications.Add(Version4.Trust(trust => trust.DenyUsers.Add("fred")));
            },
            before: app => app.UseStatusCodePages(async pages =>
            {
                await pages.HttpContext.Response.WriteAsync(pages.HttpContext.Request.Query.ContainsKey("long") ? _long + "!" : "refused");
                await pages.HttpContext.Response.Body.FlushAsync();
            }));

        ProofPeer peer = PeerOf(tracker, http);

        ProvenAnswer refusal = (await peer.SendAsync("/closed")).IsProven();
        ProvenAnswer large = (await peer.SendAsync("/closed?long")).IsProven();

        Assert.Equal((403, "refused"), (refusal.Status, refusal.Text));
        Assert.Equal((403, "", "PERMISSION_DENIED"), (large.Status, large.Text, CodeOf(large)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task With_a_limit_of_zero_all_content_is_streamed(int http)
    {
        await using KestrelServer tracker = await StartAsync(http, options => options.MaxBufferedContent = 0);

        ProvenAnswer got = await PeerOf(tracker, http).SendAsync("/closed");

        Assert.Equal("fred", got.Text);
        if (http == 2) got.IsProvenByTrailer();
        else got.IsProvenWithoutContent();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_limit_for_uploads_holds_no_more_than_1_MiB_of_a_response(int http)
    {
        await using KestrelServer tracker = await StartAsync(http, options => options.MaxBufferedContent = 1 << 30, after: app => app.Map("/answer", (HttpContext context) =>
            context.Response.WriteAsync(context.Request.Query.ContainsKey("long") ? _long + "!" : _long)));
        ProofPeer peer = PeerOf(tracker, http);

        ProvenAnswer got = await peer.SendAsync("/answer?long");
        (await peer.SendAsync("/answer")).IsProven();

        if (http == 2) got.IsProvenByTrailer();
        else got.IsProvenWithoutContent();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_response_that_cannot_be_proven_is_logged(int http)
    {
        await using KestrelServer tracker = await StartAsync(http, after: app => app.Map("/answer", _complete["long location"].Answer));

        await PeerOf(tracker, http).SendAsync("/answer?secret");

        LogLine line = Assert.Single(tracker.Logs.Lines, line => line.Event.Name == "ResponseNotProvable");
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.StartsWith("The response to GET /answer for 'wiki' was replaced by status 500: ", line.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Text_beyond_ASCII_in_a_proven_header_gives_500(int http)
    {
        await using KestrelServer tracker = await StartAsync(http, services: services => services.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(
            kestrel => kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8), after: app => app.Map("/answer", (HttpContext context) =>
        {
            context.Response.ContentType = "text/plain; name=\"ü\"";
            return context.Response.WriteAsync("hello");
        }));

        ProvenAnswer got = (await PeerOf(tracker, http).SendAsync("/answer")).IsProven();

        Assert.Equal((500, "", null), (got.Status, got.Text, got["Content-Type"]));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    public async Task The_proof_is_of_compressed_content(int http, bool isInFront)
    {
        await using KestrelServer tracker = await StartAsync(
            http,
            services: services => services.AddResponseCompression(options => options.Providers.Add<GzipCompressionProvider>()),
            before: app => _ = isInFront ? app.UseResponseCompression() : app,
            after: app =>
            {
                if (!isInFront) app.UseResponseCompression();
                app.MapGet("/answer", () => Results.Text(_long[..5000]));
                app.MapGet("/writes", async (HttpContext context) =>
                {
                    context.Response.ContentType = "text/plain";
                    foreach (char letter in "hello") await context.Response.WriteAsync($"{letter}");
                });
                app.MapGet("/flushed", async (HttpContext context) =>
                {
                    context.Response.ContentType = "text/plain";
                    await context.Response.WriteAsync("hello");
                    await context.Response.Body.FlushAsync();
                });
                app.MapGet("/events", () => TypedResults.ServerSentEvents(EventsAsync()));
            });
        ProofPeer peer = PeerOf(tracker, http);

        ProvenAnswer packed = (await peer.SendAsync("/answer", change: AcceptGzip)).IsProven();
        ProvenAnswer plain = (await peer.SendAsync("/answer")).IsProven();
        ProvenAnswer writes = (await peer.SendAsync("/writes", change: AcceptGzip)).IsProven();
        ProvenAnswer flushed = await peer.SendAsync("/flushed", change: AcceptGzip);
        ProvenAnswer events = await peer.SendAsync("/events", change: AcceptGzip);

        Assert.Equal(("gzip", _long[..5000]), (packed["Content-Encoding"], Unpack(packed.Content)));
        Assert.Equal((null, _long[..5000]), (plain["Content-Encoding"], plain.Text));
        Assert.Equal(("gzip", "hello"), (writes["Content-Encoding"], Unpack(writes.Content)));
        Assert.Equal("hello", Unpack(flushed.Content));
        Assert.Equal(http == 2 ? "trailer" : "none", flushed.Digest);
        Assert.Equal(http == 2 ? "trailer" : "none", events.Digest);

        static void AcceptGzip(HttpRequestMessage request) => request.With("Accept-Encoding", "gzip");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Error_pages_are_proven(int http)
    {
        Delegate fail = void (HttpContext _) => throw new InvalidOperationException("secret");
        await using KestrelServer handler = await StartAsync(
            http,
            before: app => app.UseExceptionHandler(error => error.Run(context => context.Response.WriteAsync("an error page"))),
            after: app => app.Map("/answer", fail));
        await using KestrelServer developer = await StartAsync(http, before: app => app.UseDeveloperExceptionPage(), after: app => app.Map("/answer", fail));
        await using KestrelServer pages = await StartAsync(http, before: app => app.UseStatusCodePages());
        await using KestrelServer again = await StartAsync(
            http, before: app => app.UseStatusCodePagesWithReExecute("/pages/{0}"), after: app => app.Map("/pages/{status}", (string status) => $"page {status}"));
        await using KestrelServer partial = await StartAsync(
            http,
            before: app => app.UseExceptionHandler(error => error.Run(context => context.Response.WriteAsync("an error page"))),
            after: app => app.Map("/answer", _complete["failure after content"].Answer));

        ProvenAnswer ofHandler = (await PeerOf(handler, http).SendAsync("/answer")).IsProven();
        ProvenAnswer ofDeveloper = (await PeerOf(developer, http).SendAsync("/answer")).IsProven();
        ProvenAnswer ofPages = (await PeerOf(pages, http).SendAsync("/nowhere")).IsProven();
        ProvenAnswer ofAgain = (await PeerOf(again, http).SendAsync("/nowhere")).IsProven();
        ProvenAnswer ofPartial = (await PeerOf(partial, http).SendAsync("/answer")).IsProven();

        Assert.Equal((500, "an error page"), (ofHandler.Status, ofHandler.Text));
        Assert.Equal((500, true), (ofDeveloper.Status, ofDeveloper.Text.Contains("secret", StringComparison.Ordinal)));
        Assert.Equal((404, "Status Code: 404; Not Found"), (ofPages.Status, ofPages.Text.TrimEnd()));
        Assert.Equal((404, "page 404"), (ofAgain.Status, ofAgain.Text));
        Assert.Equal((500, ""), (ofPartial.Status, ofPartial.Text)); // middleware takes it for started, as it would be without a proof
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_callback_that_fails_before_the_start_leaves_the_500_of_the_server_which_is_not_proven(int http)
    {
        await using KestrelServer tracker = await StartAsync(http, after: app => app.Map("/answer", (HttpContext context) =>
        {
            context.Response.OnStarting(() => throw new InvalidOperationException("secret"));
            return context.Response.WriteAsync("hello");
        }));

        ProvenAnswer got = await PeerOf(tracker, http).SendAsync("/answer");

        Assert.Equal((500, "", null), (got.Status, got.Text, got.Claims));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Files_and_ranges_are_proven(int http)
    {
        using var folder = new ScratchFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "small.txt"), "hello world", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "large.txt"), _long + "!", TestContext.Current.CancellationToken);
        await using KestrelServer tracker = await StartAsync(http, after: app => app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(folder.Path), RequestPath = "/files" }));
        ProofPeer peer = PeerOf(tracker, http);

        ProvenAnswer small = (await peer.SendAsync("/files/small.txt")).IsProven();
        ProvenAnswer range = (await peer.SendAsync("/files/small.txt", change: request => request.With("Range", "bytes=0-4"))).IsProven();
        ProvenAnswer head = (await peer.SendAsync("/files/small.txt", "HEAD")).IsProven();
        ProvenAnswer current = (await peer.SendAsync("/files/small.txt", change: request => request.With("If-None-Match", small["ETag"]!))).IsProven();
        ProvenAnswer outside = (await peer.SendAsync("/files/small.txt", change: request => request.With("Range", "bytes=99-"))).IsProven();
        ProvenAnswer large = await peer.SendAsync("/files/large.txt");

        Assert.Equal((200, "hello world"), (small.Status, small.Text));
        Assert.Equal((206, "hello", "bytes 0-4/11"), (range.Status, range.Text, range["Content-Range"]));
        Assert.Equal((200, "11"), (head.Status, head["Content-Length"]));
        Assert.Equal((304, ""), (current.Status, current.Text));
        Assert.Equal((416, "bytes */11"), (outside.Status, outside["Content-Range"]));
        if (http == 2) large.IsProvenByTrailer();
        else large.IsProvenWithoutContent();
        Assert.Equal(_long + "!", large.Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Authorization_that_refuses_the_user_is_proven(int http)
    {
        await using KestrelServer tracker = await StartAsync(http, after: app => app.MapGet("/admins", () => "hello").RequireAuthorization(policy => policy.RequireRole("admin")));

        ProvenAnswer got = (await PeerOf(tracker, http).SendAsync("/admins")).IsProven();

        Assert.Equal((403, "OK", null), (got.Status, got["X-Seraph-Trusted-App-Status"], (string?)got.Claims!["err"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_filter_that_was_registered_before_does_not_hide_content(int http)
    {
        await using KestrelServer tracker = await KestrelServer.StartAsync(
            (builder, origin) =>
            {
                builder.Services.AddResponseCompression().AddSingleton<Microsoft.AspNetCore.Hosting.IStartupFilter, CompressionFilter>();
                builder.Services.AddSingleton<TrustedApps.Replay.IReplayCache>(Version4.NewMemory());
                builder.Services.AddAuthorization().AddAuthentication().AddTrustedApps(options =>
                {
                    options.Keys = _keys.Value.Path;
                    options.BaseUrls.Add(origin);
                    options.Applications.Add(Version4.Trust(trust => trust.CertificateFile = _wiki.Value.CertificatePath));
                });
            },
            TestProvider.MapWho,
            http == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1);

        ProvenAnswer got = (await PeerOf(tracker, http).SendAsync("/closed", change: request => request.With("Accept-Encoding", "gzip"))).IsProven();

        Assert.Equal(("gzip", "fred"), (got["Content-Encoding"], Unpack(got.Content)));
    }

    private static readonly Lazy<TestKeyFile> _keys = new(() => new TestKeyFile(TestKeys.Tracker));
    private static readonly Lazy<TestKeyFile> _wiki = new(() => new TestKeyFile(TestKeys.Wiki));

    private static TheoryData<string, int> ForBoth(IEnumerable<string> names)
    {
        var data = new TheoryData<string, int>();
        foreach (string name in names)
        {
            data.Add(name, 1);
            data.Add(name, 2);
        }

        return data;
    }

    private static Task<KestrelServer> StartAsync(
        int http,
        Action<TrustedAppsOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? before = null,
        Action<WebApplication>? after = null) => Version4.StartAsync(
            configure,
            collection =>
            {
                collection.AddSingleton<TimeProvider>(new ManualTimeProvider(DateTimeOffset.UtcNow)); // nothing takes a second
                services?.Invoke(collection);
            },
            before,
            after,
            protocols: http == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1);

    private static ProofPeer PeerOf(KestrelServer server, int http) => new(server, http == 2 ? HttpVersion.Version20 : HttpVersion.Version11);

    private static void Fill(PipeWriter writer, int length)
    {
        writer.GetSpan(length)[..length].Fill((byte)'x');
        writer.Advance(length);
    }

    private static async IAsyncEnumerable<string> EventsAsync()
    {
        yield return "one";
        await Task.Yield();
        yield return "two";
    }

    private static async IAsyncEnumerable<int> AtHandAsync()
    {
        await Task.CompletedTask;
        for (int item = 0; item < 50_000; item++) yield return item;
    }

    private static string? CodeOf(ProvenAnswer answer) => answer["X-Seraph-Trusted-App-Error"]?.Split(";\t")[0];

    private static string Unpack(byte[] packed)
    {
        using var unpacked = new StreamReader(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress));
        return unpacked.ReadToEnd();
    }

    private sealed class CompressionFilter : Microsoft.AspNetCore.Hosting.IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseResponseCompression();
            next(app);
        };
    }
}
