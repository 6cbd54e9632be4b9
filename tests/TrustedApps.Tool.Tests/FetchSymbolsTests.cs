using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using TrustedApps.Certificates;

namespace TrustedApps.Tool.Tests;

/// <summary>The way that the tool fetches certificates: by a proxy, from a server of a private authority.</summary>
public sealed class FetchSymbolsTests : IDisposable
{
    private const string Host = "wiki.invalid";

    private readonly PrivateAuthority _authority = new(Host);
    private readonly ScratchFolder _folder = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_certificate_is_read_by_a_proxy_from_a_server_of_a_private_authority()
    {
        await using KestrelServer server = await KestrelServer.StartAsync(
            (builder, _) => builder.WebHost.UseKestrelHttpsConfiguration(),
            app => app.MapGet(ApplicationCertificate.Path, context =>
            {
                context.Response.ContentType = ApplicationCertificate.MediaType;
                return context.Response.Body.WriteAsync(TestKeys.Wiki.ToCertificate().ToBytes()).AsTask();
            }),
            certificate: _authority.Server);
        await using var proxy = new ForwardProxy(server.EndPoint);
        string ca = _folder.PathOf("ca.pem");
        await File.WriteAllTextAsync(ca, _authority.Pem, TestContext.Current.CancellationToken);

        ToolRun read = await ToolRun.InProcessAsync("certificate", "read", $"https://{Host}", "--proxy", proxy.Url, "--ca", ca);
        ToolRun untrusted = await ToolRun.InProcessAsync("certificate", "read", $"https://{Host}", "--proxy", proxy.Url);
        ToolRun direct = await ToolRun.InProcessAsync("certificate", "read", $"https://{Host}", "--ca", ca);

        Assert.Equal(0, read.ExitCode);
        Assert.Contains("wiki", read.Output, StringComparison.Ordinal);
        Assert.Contains($"CONNECT {Host}:443", proxy.Requests);
        Assert.Equal(1, untrusted.ExitCode);
        Assert.Contains("No proxy was used.", direct.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--proxy", "proxy.example:3128", 2)]
    [InlineData("--proxy", "socks5://proxy.example", 2)]
    [InlineData("--ca", "missing.pem", 1)]
    public async Task A_proxy_or_authority_that_cannot_be_used_is_refused(string option, string value, int exitCode)
    {
        ToolRun run = await ToolRun.InProcessAsync("certificate", "read", $"https://{Host}", option, value);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
    }
}
