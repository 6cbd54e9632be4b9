using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrustedApps.Certificates;

namespace TrustedApps.IntegrationTests;

/// <summary>What is different where the certificate of version 4 is fetched; the rest is in <see cref="CertificateClientTests"/>.</summary>
public sealed class CertificateClientVersion4Tests
{
    private const string Document = "/.well-known/trusted-app";

    private static readonly byte[] _certificate = TestKeys.Wiki.ToCertificate("The wiki").ToBytes();

    [Theory]
    [InlineData("", Document)]
    [InlineData("/", Document)]
    [InlineData("/app", "/app" + Document)]
    [InlineData("/app/", "/app" + Document)]
    [InlineData("/app" + Document, "/app" + Document)]
    [InlineData(Document, Document)]
    [InlineData(Document + "/", Document)]
    [InlineData("/.well-known", "/.well-known" + Document)]
    public async Task A_certificate_is_fetched_by_base_URL_or_by_its_own_address(string path, string target)
    {
        var seen = new RequestLog();
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, _certificate), seen);

        ApplicationCertificate certificate = await FetchAsync(server.Origin + path);

        Assert.Equal(("wiki", "The wiki"), (certificate.Id, certificate.Name));
        Assert.Equal(_certificate, certificate.ToBytes());
        SeenRequest request = Assert.Single(seen.Seen);
        Assert.Equal(("GET", target), (request.Method, request.Target));
        Assert.Equal(["Host"], request.Headers.Keys); // nothing about us, and no encodings
    }

    [Theory]
    [InlineData("application/jose+json")]
    [InlineData("Application/JOSE+json")]
    [InlineData("application/jose+json; charset=utf-8; x=y")]
    public async Task Parameters_of_the_content_type_are_ignored(string type)
    {
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, _certificate, type));
        Assert.Equal("wiki", (await FetchAsync(server.Origin)).Id);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/jose")]
    [InlineData("text/plain")]
    [InlineData("text/html")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Another_content_type_is_refused(string? type)
    {
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, _certificate, type));
        CertificateException refused = await RefusedAsync(server.Origin);
        string served = type is null or "nonsense" ? "no content type" : type;
        Assert.Equal($"{server.Origin}{Document} answers with {served} instead of application/jose+json. Is it the base URL of the application, and does the application call MapTrustedAppCertificate()?", refused.Message);
        Assert.Null(refused.StatusCode);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(206)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Another_status_is_refused_and_told(int status)
    {
        await using KestrelServer server = await ServeAsync(context =>
        {
            context.Response.StatusCode = status;
            return status == 204 ? Task.CompletedTask : WriteAsync(context, _certificate);
        });

        CertificateException refused = await RefusedAsync(server.Origin);
        string hint = status switch
        {
            404 => " If an application runs there, does it call MapTrustedAppCertificate()?",
            401 => " The certificate is public: let the application, or the proxy in front, serve it without a login.",
            _ => "",
        };
        Assert.Equal(($"{server.Origin}{Document} answers {status}, not 200.{hint}", status), (refused.Message, refused.StatusCode));
        Assert.Equal(status == 500, refused.IsTransient);
    }

    [Fact]
    public async Task Encoded_content_is_refused()
    {
        await using KestrelServer server = await ServeAsync(context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return WriteAsync(context, _certificate);
        });
        Assert.Equal($"{server.Origin}{Document} answers with encoded content.", (await RefusedAsync(server.Origin)).Message);
    }

    [Fact]
    public async Task No_more_than_64_KiB_are_read()
    {
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, new byte[65_537]));
        Assert.Equal($"{server.Origin}{Document} answers with more than 64 KiB.", (await RefusedAsync(server.Origin)).Message);
    }

    [Fact]
    public async Task Redirects_to_another_origin_are_refused_and_others_followed()
    {
        var seen = new RequestLog();
        await using KestrelServer other = await ServeAsync(context => WriteAsync(context, _certificate), seen);
        await using KestrelServer server = await ServeAsync(context =>
        {
            if (context.Request.Query.ContainsKey("moved")) return WriteAsync(context, _certificate);
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = context.Request.Path.StartsWithSegments("/app", StringComparison.Ordinal) ? "?moved" : other.Origin + Document;
            return Task.CompletedTask;
        });

        Assert.Contains("redirects elsewhere", (await RefusedAsync(server.Origin)).Message, StringComparison.Ordinal);
        Assert.Empty(seen.Seen);
        Assert.Equal("wiki", (await FetchAsync(server.Origin + "/app")).Id);
    }

    [Theory]
    [InlineData("http://wiki.example")]
    [InlineData("https://user@wiki.example")]
    [InlineData("https://wiki.example/app/..%2fx/\u0000")]
    [InlineData("ftp://wiki.example")]
    public async Task An_address_that_is_not_safe_is_not_asked(string url) => Assert.Null((await RefusedAsync(url)).StatusCode);

    [Fact]
    public async Task Link_local_addresses_are_never_asked() =>
        Assert.Contains("no address that certificates may be fetched from", (await RefusedAsync("https://169.254.169.254")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task What_is_no_certificate_is_refused_and_not_repeated()
    {
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, Encoding.ASCII.GetBytes("{\"payload\":\"S3cret\"}")));
        string problem = (await RefusedAsync(server.Origin)).Message;
        Assert.StartsWith($"{server.Origin}{Document} serves no certificate. The document is not a certificate", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_of_issue_is_held_against_the_clock_of_the_client()
    {
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, _certificate));
        using var client = new CertificateClient(time: new ManualTimeProvider(DateTimeOffset.UnixEpoch));
        var refused = await Assert.ThrowsAsync<CertificateException>(() => client.FetchAsync(new Uri(server.Origin), TestContext.Current.CancellationToken));
        Assert.Contains("issued in the future", refused.Message, StringComparison.Ordinal);
    }

    private static Task<KestrelServer> ServeAsync(RequestDelegate serve, RequestLog? seen = null) => (seen ?? new RequestLog()).StartServerAsync(app =>
    {
        app.UseRouting();
        app.MapGet("{**path}", serve);
    });

    private static Task WriteAsync(HttpContext context, byte[] document, string? type = "application/jose+json")
    {
        context.Response.Headers.ContentType = type;
        return context.Response.Body.WriteAsync(document, context.RequestAborted).AsTask();
    }

    private static async Task<ApplicationCertificate> FetchAsync(string url)
    {
        using var client = new CertificateClient();
        return await client.FetchAsync(new Uri(url), TestContext.Current.CancellationToken);
    }

    private static Task<CertificateException> RefusedAsync(string url) => Assert.ThrowsAsync<CertificateException>(() => FetchAsync(url));
}
