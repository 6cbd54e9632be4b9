using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using TrustedApps.Certificates;
using static TrustedApps.IntegrationTests.LegacyCertificates;

namespace TrustedApps.IntegrationTests;

/// <summary>Whom the client connects to: proxies, plain http, addresses (specification version-4.md, section 2, "Fetching").</summary>
[Collection(nameof(CertificateClientConnectionTests))] // one test changes the proxy of the process
[CollectionDefinition(nameof(CertificateClientConnectionTests), DisableParallelization = true)]
public sealed class CertificateClientConnectionTests
{
    [Fact]
    public async Task The_proxy_of_the_environment_is_not_used()
    {
        var seen = new RequestLog();
        await using KestrelServer proxy = await seen.StartServerAsync();
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, Wiki));
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
        await using KestrelServer proxy = await seen.StartServerAsync(app => app.Run(context => WriteAsync(context, Wiki)));
        using var client = new CertificateClient(new CertificateClientOptions { AllowHttp = true, ConfigureHandler = handler => handler.Proxy = new WebProxy(proxy.Origin) });

        LegacyCertificate certificate = await client.FetchLegacyAsync(new Uri("http://wiki.invalid/app"), TestContext.Current.CancellationToken);

        Assert.Equal(("wiki", "http://wiki.invalid/app" + Document), (certificate.Id, Assert.Single(seen.Seen).Target));
    }

    [Fact]
    public async Task Plain_http_to_another_host_is_allowed_by_name_only()
    {
        Assert.Equal("http://wiki.example/app is plain http, so others on the network path can replace the certificate. Use https.", await RefusedAsync("http://wiki.example/app"));
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

        Assert.EndsWith(" is not a valid base URL of an application. A base URL is http or https without user info, query and fragment.", problem, StringComparison.Ordinal);
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
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, Wiki), seen);
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
        await using KestrelServer server = await ServeAsync(context => WriteAsync(context, Wiki), seen);
        string url = $"http://{host}:{server.EndPoint.Port}";

        string problem = await RefusedAsync(url, new CertificateClientOptions { AllowHttp = true, AllowPrivateAddresses = false });

        Assert.EndsWith(" has no address that certificates may be fetched from.", problem, StringComparison.Ordinal);
        Assert.Empty(seen.Seen);
        Assert.Equal("wiki", (await FetchAsync(url, new CertificateClientOptions { AllowHttp = true })).Id);
    }

    [Fact]
    public async Task Nobody_listening_is_said_so()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, and never listening

        Assert.StartsWith(
            $"http://{reserved.LocalEndPoint}{Document} cannot be fetched: Connection refused", await RefusedAsync($"http://{reserved.LocalEndPoint}"), StringComparison.Ordinal);
    }
}
