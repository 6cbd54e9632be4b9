using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace TrustedApps.IntegrationTests;

/// <summary>Every rule of "Fetching" in specification version-4.md, section 2, against servers that break it.</summary>
[Collection(nameof(CertificateClientTests))] // one test changes the proxy of the process
[CollectionDefinition(nameof(CertificateClientTests), DisableParallelization = true)]
public sealed class CertificateClientTests
{
    private const string Document = "/admin/appTrustCertificate";

    private static readonly byte[] _certificate = TestKeys.Wiki.ToLegacyCertificate().ToBytes();

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/app")]
    [InlineData("/app/")]
    [InlineData("/app" + Document)]
    [InlineData(Document)]
    [InlineData(Document + "/")]
    public async Task A_certificate_is_fetched_by_base_URL_or_by_its_own_address(string path)
    {
        var seen = new RequestLog();
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, _certificate), seen);

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
            ? WriteAsync(context, _certificate)
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
        await using KestrelServer other = await ServeAsync(context => WriteAsync(context, _certificate), seen);
        location = location.Replace("{0}", other.Origin, StringComparison.Ordinal).Replace("{1}", $"{other.EndPoint}", StringComparison.Ordinal) + Document;
        await using KestrelServer server = await ServeAsync(context => RedirectAsync(context, location, status));

        Assert.Equal($"{server.Origin}{Document} redirects elsewhere: give the application's own base URL.", await RefusedAsync(server.Origin));
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

        Assert.Contains(problem, new[] { $"{server.Origin}{Document} redirects elsewhere: give the application's own base URL.", $"{server.Origin}{Document} answers 302, not 200." });
        Assert.Single(seen.Seen);
    }

    [Fact]
    public async Task Redirects_without_end_are_not_followed_for_long()
    {
        var seen = new RequestLog();
        await using KestrelServer server = await ServeAsync(context => RedirectAsync(context, Document), seen);

        Assert.Equal($"{server.Origin}{Document} redirects elsewhere: give the application's own base URL.", await RefusedAsync(server.Origin));
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
            return status == 204 ? Task.CompletedTask : WriteAsync(context, _certificate);
        });

        Assert.Equal($"{server.Origin}{Document} answers {status}, not 200.", await RefusedAsync(server.Origin));
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
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, _certificate, type));

        Assert.Equal($"{server.Origin}{Document} answers with content of another type than text/plain.", await RefusedAsync(server.Origin));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("Text/Plain")]
    [InlineData("text/plain; charset=ISO-8859-1")]
    public async Task Parameters_of_the_content_type_are_ignored(string type)
    {
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, _certificate, type));

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
            return WriteAsync(context, _certificate);
        });

        Assert.Equal($"{server.Origin}{Document} answers with encoded content.", await RefusedAsync(server.Origin));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_more_than_64_KiB_are_read(bool isLengthKnown)
    {
        byte[] largest = [.. _certificate, .. Enumerable.Repeat((byte)'\n', 65_536 - _certificate.Length)];
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
                return context.Request.Query.ContainsKey("moved") ? WriteAsync(context, _certificate) : RedirectAsync(context, "?moved");
            },
            seen);
        using var client = new CertificateClient();

        await client.FetchLegacyAsync(new Uri(server.Origin), TestContext.Current.CancellationToken);
        await client.FetchLegacyAsync(new Uri(server.Origin), TestContext.Current.CancellationToken);

        Assert.Equal(4, seen.Seen.Length);
        Assert.All(seen.Seen, request => Assert.Equal(["Host"], request.Headers.Keys));
    }

    [Fact]
    public async Task A_login_page_is_no_certificate()
    {
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, "<html>log in"u8.ToArray()));

        Assert.Equal(
            $"{server.Origin}{Document} serves no certificate. The document has 1 lines: a certificate has two (id and key) or four (id, key, version and magic). A login or error page instead?",
            await RefusedAsync(server.Origin));
    }

    [Fact]
    public async Task The_proxy_of_the_environment_is_not_used()
    {
        var seen = new RequestLog();
        await using KestrelServer proxy = await seen.StartServerAsync();
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, _certificate));
        IWebProxy before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(proxy.Origin);
        try
        {
            using var ordinary = new HttpClient();
            await ordinary.GetStringAsync(server.Origin + Document, TestContext.Current.CancellationToken);
            Assert.Single(seen.Seen); // as any other client would

            Assert.Equal("wiki", (await FetchAsync(server.Origin)).Id);
            Assert.Single(seen.Seen);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Fact]
    public async Task A_proxy_is_used_where_one_is_configured()
    {
        var seen = new RequestLog();
        await using KestrelServer proxy = await seen.StartServerAsync(app => app.Run(context => WriteAsync(context, _certificate)));
        using var client = new CertificateClient(new CertificateClientOptions { AllowHttp = true, Proxy = new WebProxy(proxy.Origin) });

        LegacyCertificate certificate = await client.FetchLegacyAsync(new Uri("http://wiki.invalid/app"), TestContext.Current.CancellationToken);

        Assert.Equal(("wiki", "http://wiki.invalid/app" + Document), (certificate.Id, Assert.Single(seen.Seen).Target));
    }

    [Fact]
    public async Task Plain_http_to_another_host_is_allowed_by_name_only()
    {
        Assert.Equal("http://wiki.example/app is plain http: use https, or allow http by name.", await RefusedAsync("http://wiki.example/app"));
        Assert.StartsWith(
            "http://wiki.invalid/admin/appTrustCertificate cannot be fetched: ",
            await RefusedAsync("http://wiki.invalid", new CertificateClientOptions { AllowHttp = true }),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://wiki.example")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://fred@wiki.example")]
    public async Task What_is_no_base_URL_is_not_fetched(string url)
    {
        string problem = await RefusedAsync(url);

        Assert.EndsWith(" is no base URL of an application.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_in_the_URL_is_not_repeated()
    {
        string problem = await RefusedAsync("https://fred:s3cret@wiki.example/app");

        Assert.DoesNotContain("s3cret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://[::ffff:169.254.169.254]")]
    [InlineData("http://[64:ff9b::a9fe:a9fe]")]
    [InlineData("http://[fe80::1]")]
    [InlineData("http://[ff02::1]")]
    [InlineData("http://100.100.100.200")]
    [InlineData("http://[fd00:ec2::254]")]
    [InlineData("http://[::ffff:0.0.0.0]:{0}")]
    [InlineData("http://0.0.0.0:{0}", "unspecified")]
    [InlineData("http://[::]:{0}", "unspecified")]
    public async Task Some_addresses_are_never_connected_to(string url, string reason = " has no address that certificates may be fetched from.")
    {
        var seen = new RequestLog();
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, _certificate), seen);
        url = url.Replace("{0}", $"{server.EndPoint.Port}", StringComparison.Ordinal);

        string problem = await RefusedAsync(url, new CertificateClientOptions { AllowHttp = true });

        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Empty(seen.Seen); // 0.0.0.0 would have reached it
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task Private_addresses_can_be_forbidden_also_behind_a_name(string host)
    {
        var seen = new RequestLog();
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, _certificate), seen);
        string url = $"http://{host}:{server.EndPoint.Port}";

        string problem = await RefusedAsync(url, new CertificateClientOptions { AllowHttp = true, AllowPrivateAddresses = false });

        Assert.EndsWith(" has no address that certificates may be fetched from.", problem, StringComparison.Ordinal);
        Assert.Empty(seen.Seen);
        Assert.Equal("wiki", (await FetchAsync(url, new CertificateClientOptions { AllowHttp = true })).Id);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(121)]
    public void A_time_out_out_of_range_is_a_mistake(int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CertificateClientOptions { Timeout = TimeSpan.FromSeconds(seconds) });

    [Fact]
    public async Task Nobody_listening_is_said_so()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, and never listening

        Assert.StartsWith(
            $"http://{reserved.LocalEndPoint}{Document} cannot be fetched: Connection refused", await RefusedAsync($"http://{reserved.LocalEndPoint}"), StringComparison.Ordinal);
    }

    private static Task<KestrelServer> ServeAsync(RequestDelegate serve, RequestLog? seen = null) => (seen ?? new RequestLog()).StartServerAsync(app =>
    {
        app.Map(Document, serve);
        app.Map("/app" + Document, serve);
    });

    private static Task RedirectAsync(HttpContext context, string location, int status = 302)
    {
        (context.Response.StatusCode, context.Response.Headers.Location) = (status, location);
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, byte[] document, string? type = "text/plain")
    {
        context.Response.Headers.ContentType = type;
        return context.Response.Body.WriteAsync(document, context.RequestAborted).AsTask();
    }

    private static async Task<LegacyCertificate> FetchAsync(string url, CertificateClientOptions? options = null)
    {
        using var client = new CertificateClient(options);
        return await client.FetchLegacyAsync(new Uri(url), TestContext.Current.CancellationToken);
    }

    private static async Task<string> RefusedAsync(string url, CertificateClientOptions? options = null) =>
        (await Assert.ThrowsAsync<CertificateException>(() => FetchAsync(url, options))).Message;

    /// <summary>Answers its only connection with these bytes, then hangs up, or waits until the client does.</summary>
    private sealed class RawServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public RawServer(string answer, bool isEnded)
        {
            _listener.Start();
            Origin = $"http://{_listener.LocalEndpoint}";
            HungUp = ServeAsync(Encoding.ASCII.GetBytes(answer), isEnded);
        }

        public string Origin { get; }

        /// <summary>Ends when the request was read and the bytes were written.</summary>
        public Task Answered => _answered.Task.WaitAsync(TestContext.Current.CancellationToken);

        /// <summary>Ends when the connection has.</summary>
        public Task HungUp { get; }

        public async ValueTask DisposeAsync()
        {
            await HungUp;
            _listener.Dispose();
        }

        private async Task ServeAsync(byte[] answer, bool isEnded)
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            _listener.Stop(); // HttpClient tries again
            NetworkStream stream = client.GetStream();
            byte[] buffer = new byte[8192];
            string request = "";
            while (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                request += Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
            }

            await stream.WriteAsync(answer, TestContext.Current.CancellationToken);
            _answered.SetResult();
            if (!isEnded) Assert.Equal(0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        }
    }
}
