using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.Certificates;
using static TrustedApps.IntegrationTests.LegacyCertificates;

namespace TrustedApps.IntegrationTests;

/// <summary>Every rule of "Fetching" in specification version-4.md, section 2, against servers that break it.</summary>
public sealed class CertificateClientTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/app")]
    [InlineData("/app/")]
    [InlineData("/app" + Document)]
    [InlineData(Document)]
    [InlineData(Document + "/")]
    public async Task AWiki_is_fetched_by_base_URL_or_by_its_own_address(string path)
    {
        var seen = new RequestLog();
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, Wiki), seen);

        LegacyCertificate certificate = await FetchAsync(server.Origin + path);

        Assert.Equal(("wiki", TestKeys.Wiki.PublicKey, 3), (certificate.Id, certificate.PublicKey, certificate.Version));
        SeenRequest request = Assert.Single(seen.Seen);
        Assert.Equal(("GET", (path.StartsWith("/app", StringComparison.Ordinal) ? "/app" : "") + Document), (request.Method, request.Target));
        Assert.Equal(["Host"], request.Headers.Keys); // nothing about us, and no encodings
    }

    [Fact]
    public async Task A_redirect_within_the_origin_is_followed()
    {
        await using KestrelServer server = await ServeAsync(context => context.Request.Query.ContainsKey("moved")
            ? WriteAsync(context, Wiki)
            : RedirectAsync(context, "?moved"));

        Assert.Equal("wiki", (await FetchAsync(server.Origin)).Id);
    }

    [Theory]
    [InlineData(301, "{0}")]
    [InlineData(302, "{0}")]
    [InlineData(303, "{0}")]
    [InlineData(307, "{0}")]
    [InlineData(308, "{0}")]
    [InlineData(302, "//{1}")]
    public async Task A_redirect_to_another_origin_is_refused_and_nothing_is_fetched_there(int status, string location)
    {
        var seen = new RequestLog();
        await using KestrelServer other = await ServeAsync(context => WriteAsync(context, Wiki), seen);
        location = location.Replace("{0}", other.Origin, StringComparison.Ordinal).Replace("{1}", $"{other.EndPoint}", StringComparison.Ordinal) + Document;
        await using KestrelServer server = await ServeAsync(context => RedirectAsync(context, location, status));

        Assert.Equal($"{server.Origin}{Document} redirects elsewhere, which is not followed. Use the application's own base URL.", await RefusedAsync(server.Origin));
        Assert.Empty(seen.Seen);
    }

    [Theory]
    [InlineData("https://127.0.0.1:{0}")]
    [InlineData("http://localhost:{0}")]
    [InlineData("http://fred:secret@127.0.0.1:{0}")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://[")]
    public async Task Scheme_host_and_user_info_belong_to_the_origin(string location)
    {
        var seen = new RequestLog();
        await using KestrelServer server = await ServeAsync(
            context => RedirectAsync(context, location.Replace("{0}", $"{context.Connection.LocalPort}", StringComparison.Ordinal)), seen);

        string problem = await RefusedAsync(server.Origin);

        Assert.Contains(problem, new[] { $"{server.Origin}{Document} redirects elsewhere, which is not followed. Use the application's own base URL.", $"{server.Origin}{Document} answers 302, not 200." });
        Assert.Single(seen.Seen);
    }

    [Fact]
    public async Task Redirects_without_end_are_not_followed_for_long()
    {
        var seen = new RequestLog();
        await using KestrelServer server = await ServeAsync(context => RedirectAsync(context, Document), seen);

        Assert.Equal($"{server.Origin}{Document} redirects elsewhere, which is not followed. Use the application's own base URL.", await RefusedAsync(server.Origin));
        Assert.Equal(4, seen.Seen.Length);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(203)]
    [InlineData(204)]
    [InlineData(206)]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Only_status_200_is_an_answer(int status)
    {
        await using KestrelServer server = await ServeAsync(context =>
        {
            context.Response.StatusCode = status;
            return status == 204 ? Task.CompletedTask : WriteAsync(context, Wiki);
        });

        Assert.StartsWith($"{server.Origin}{Document} answers {status}, not 200.", await RefusedAsync(server.Origin), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/html; charset=utf-8")]
    [InlineData("application/octet-stream")]
    [InlineData("text/plainer")]
    [InlineData("text/*")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Another_content_type_is_refused(string? type)
    {
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, Wiki, type));

        Assert.Contains(" instead of text/plain. Is it the base URL of the application", await RefusedAsync(server.Origin), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("Text/Plain")]
    [InlineData("text/plain; charset=ISO-8859-1")]
    public async Task Parameters_of_the_content_type_are_ignored(string type)
    {
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, Wiki, type));

        Assert.Equal("wiki", (await FetchAsync(server.Origin)).Id);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task Encoded_content_is_refused(string encoding)
    {
        await using KestrelServer server = await ServeAsync(context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return WriteAsync(context, Wiki);
        });

        Assert.Equal($"{server.Origin}{Document} answers with encoded content.", await RefusedAsync(server.Origin));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_more_than_64_KiB_are_read(bool isLengthKnown)
    {
        byte[] largest = [.. Wiki, .. Enumerable.Repeat((byte)'\n', 65_536 - Wiki.Length)];
        byte[] document = largest;
        await using KestrelServer server = await ServeAsync(context =>
        {
            if (isLengthKnown) context.Response.ContentLength = document.Length;
            return WriteAsync(context, document);
        });

        Assert.Equal("wiki", (await FetchAsync(server.Origin)).Id);
        document = [.. largest, (byte)'\n'];
        Assert.Equal($"{server.Origin}{Document} answers with more than 64 KiB.", await RefusedAsync(server.Origin));
    }

    [Fact]
    public async Task Content_without_end_is_not_read_to_the_end()
    {
        var ended = new TaskCompletionSource();
        await using KestrelServer server = await ServeAsync(async context =>
        {
            context.Response.ContentType = "text/plain";
            byte[] block = new byte[4096];
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(block);
            ended.SetResult();
        });

        Assert.Equal($"{server.Origin}{Document} answers with more than 64 KiB.", await RefusedAsync(server.Origin));
        await ended.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Ty")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 300\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 300\r\n\r\nwiki\nMII")]
    public async Task An_answer_that_drips_without_end_runs_into_the_time_out(string dripped)
    {
        var clock = new ManualTimeProvider();
        await using var server = new RawServer(dripped, isEnded: false);
        using var client = new CertificateClient(new CertificateClientOptions { Timeout = TimeSpan.FromSeconds(7) }, clock);

        Task<LegacyCertificate> fetch = client.FetchLegacyAsync(new Uri(server.Origin), TestContext.Current.CancellationToken);
        await server.Answered;
        clock.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal($"{server.Origin}{Document} did not answer within 7 s.", (await Assert.ThrowsAsync<CertificateException>(() => fetch)).Message);
        await server.HungUp; // and nobody goes on reading
    }

    [Fact]
    public async Task The_time_out_holds_for_all_redirects_together()
    {
        var clock = new ManualTimeProvider();
        await using KestrelServer server = await ServeAsync(context =>
        {
            clock.Advance(TimeSpan.FromSeconds(4));
            return RedirectAsync(context, Document);
        });
        using var client = new CertificateClient(time: clock);

        var failure = await Assert.ThrowsAsync<CertificateException>(() => client.FetchLegacyAsync(new Uri(server.Origin), TestContext.Current.CancellationToken));

        Assert.Equal($"{server.Origin}{Document} did not answer within 10 s.", failure.Message);
    }

    [Fact]
    public async Task Whoever_cancels_a_fetch_is_told_that_it_was_cancelled()
    {
        await using var server = new RawServer("", isEnded: false);
        using var client = new CertificateClient();
        using var patience = new CancellationTokenSource();

        Task<LegacyCertificate> fetch = client.FetchLegacyAsync(new Uri(server.Origin), patience.Token);
        await server.Answered;
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 300\r\n\r\nwiki\nMII")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task An_answer_that_breaks_off_or_is_no_HTTP_is_refused(string answer)
    {
        await using var server = new RawServer(answer, isEnded: true);

        Assert.StartsWith($"{server.Origin}{Document} cannot be fetched: ", await RefusedAsync(server.Origin), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Huge_headers_are_refused()
    {
        await using var server = new RawServer($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX: {new string('x', 20_000)}\r\n\r\n", isEnded: true);

        Assert.StartsWith($"{server.Origin}{Document} cannot be fetched: ", await RefusedAsync(server.Origin), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookies_are_not_kept()
    {
        var seen = new RequestLog();
        await using KestrelServer server = await ServeAsync(
            context =>
            {
                context.Response.Cookies.Append("session", "1");
                return context.Request.Query.ContainsKey("moved") ? WriteAsync(context, Wiki) : RedirectAsync(context, "?moved");
            },
            seen);
        using var client = new CertificateClient();

        await client.FetchLegacyAsync(new Uri(server.Origin), TestContext.Current.CancellationToken);
        await client.FetchLegacyAsync(new Uri(server.Origin), TestContext.Current.CancellationToken);

        Assert.Equal(4, seen.Seen.Length);
        Assert.All(seen.Seen, request => Assert.Equal(["Host"], request.Headers.Keys));
    }

    [Fact]
    public async Task A_login_page_is_noWiki()
    {
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, "<html>log in"u8.ToArray()));

        Assert.Equal(
            $"{server.Origin}{Document} serves no certificate. The document has 1 lines: a certificate has two (id and key) or four (id, key, version and magic). It may be a login or error page.",
            await RefusedAsync(server.Origin));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(121)]
    public void A_time_out_out_of_range_is_a_mistake(int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CertificateClientOptions { Timeout = TimeSpan.FromSeconds(seconds) });

    private static Task RedirectAsync(HttpContext context, string location, int status = 302)
    {
        (context.Response.StatusCode, context.Response.Headers.Location) = (status, location);
        return Task.CompletedTask;
    }
}
