using System.Net;
using System.Net.Sockets;

namespace TrustedApps.Tool.Tests.Commands;

public sealed class CertificateCommandTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData(null)]
    public async Task Document_is_written_byte_for_byte_and_nothing_else_with_it(string? version)
    {
        string[] options = version is null ? [] : ["--version", version];
        ToolRun run = await ToolRun.AsProcessAsync(["certificate", "show", "--keys", SaveKeys(), .. options]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal($"wiki\n{TestKeys.Wiki.PublicKey.ToBase64()}\n{version ?? "3"}\n-1159983122", run.Output);
        Assert.Contains(TestKeys.Wiki.PublicKey.Fingerprint, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(null)]
    public async Task Document_reads_back(int? version)
    {
        string file = _folder.PathOf("certificate");
        await File.WriteAllBytesAsync(file, TestKeys.Wiki.ToLegacyCertificate(version).ToBytes(), TestContext.Current.CancellationToken);
        ToolRun run = await ToolRun.InProcessAsync("certificate", "read", file);

        var expected = new JsonObject
        {
            ["id"] = "wiki",
            ["version"] = version,
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kid"] = TestKeys.Wiki.PublicKey.Thumbprint,
                ["use"] = "sig",
                ["alg"] = "RS1",
                ["bits"] = 2048,
                ["exponent"] = 65_537,
                ["publicKey"] = TestKeys.Wiki.PublicKey.ToBase64(),
            }),
            ["warning"] = null,
        };
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.True(JsonNode.DeepEquals(expected, run.Json), run.Output);
    }

    [Fact]
    public async Task Document_that_is_too_long_is_refused()
    {
        ToolRun run = await ToolRun.InProcessAsync(new byte[65_537], "certificate", "read", "-");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("65,536 bytes", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/admin/appTrustCertificate")]
    public async Task Document_is_fetched_from_a_base_url_and_from_its_own(string ending)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> serving = ServeOnceAsync(listener, TestKeys.Wiki.ToLegacyCertificate().ToBytes());
        ToolRun run = await ToolRun.InProcessAsync("certificate", "read", $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/app{ending}");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("wiki", (string?)run.Json["id"]);
        Assert.StartsWith("GET /app/admin/appTrustCertificate HTTP/1.1\r\n", await serving, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_that_is_no_certificate_is_refused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> serving = ServeOnceAsync(listener, "<html>\n<body>Log in</body>\n</html>"u8.ToArray());
        ToolRun run = await ToolRun.InProcessAsync("certificate", "read", $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

        await serving;
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("serves no certificate", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("https://user@wiki.example/")]
    [InlineData("http://wiki.example/")]
    [InlineData("HTTP://WIKI.EXAMPLE/")]
    public async Task Url_that_is_not_safe_to_fetch_is_refused(string url)
    {
        ToolRun run = await ToolRun.InProcessAsync("certificate", "read", url);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("trusted-apps: ", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> ServeOnceAsync(TcpListener listener, byte[] document)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using Socket socket = await listener.AcceptSocketAsync(cancellationToken);
        byte[] request = new byte[4096];
        int length = 0;
        while (!request.AsSpan(0, length).EndsWith("\r\n\r\n"u8)) length += await socket.ReceiveAsync(request.AsMemory(length), cancellationToken);

        string head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: {document.Length}\r\nConnection: close\r\n\r\n");
        await socket.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. document], cancellationToken);
        return Encoding.ASCII.GetString(request, 0, length);
    }

    private string SaveKeys()
    {
        TestKeys.Wiki.Save(_folder.PathOf("wiki.keys"));
        return _folder.PathOf("wiki.keys");
    }
}
