using System.Net;
using System.Net.Sockets;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Tool.Tests.Commands;

public sealed class CertificateCommandTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    public async Task Document_is_written_byte_for_byte_and_nothing_else_with_it(string version)
    {
        ToolRun run = await ToolRun.AsProcessAsync("certificate", "show", "--keys", SaveKeys(), "--version", version);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal($"wiki\n{TestKeys.Wiki.PublicKey.ToBase64()}\n{version}\n-1159983122", run.Output);
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
    [InlineData(null)]
    [InlineData("The wiki \u00FC")]
    public async Task Certificate_of_version_4_is_written_and_nothing_else_with_it(string? name)
    {
        string[] options = name is null ? [] : ["--version", "4", "--name", name];
        ToolRun run = await ToolRun.AsProcessAsync(["certificate", "show", "--keys", SaveKeys(), .. options]);

        Assert.Equal(0, run.ExitCode);
        Assert.True(ApplicationCertificate.TryRead(run.OutputBytes, TimeProvider.System.GetUtcNow(), out ApplicationCertificate? certificate, out string? problem), problem);
        Assert.Equal(("wiki", name ?? "wiki"), (certificate.Id, certificate.Name));
        Assert.All(TestKeys.Wiki.Keys, key => Assert.Equal(key.Use != KeyUse.Legacy, run.Error.Contains(key.PublicKey.Fingerprint, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("--name", "")]
    [InlineData("--name", "a\u202Eb")]
    [InlineData("--version", "5")]
    [InlineData("--version", "0")]
    public async Task Option_that_no_certificate_could_have_is_refused(string option, string value)
    {
        ToolRun run = await ToolRun.InProcessAsync("certificate", "show", "--keys", SaveKeys(), option, value);
        Assert.Equal((option == "--name" ? 1 : 2, ""), (run.ExitCode, run.Output));
        Assert.DoesNotContain("Parameter", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_file_of_the_first_release_has_the_old_certificates_only()
    {
        string file = SaveOldKeys();
        ToolRun run = await ToolRun.InProcessAsync("certificate", "show", "--keys", file);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("publish-next", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await ToolRun.InProcessAsync("certificate", "show", "--keys", file, "--version", "3")).ExitCode);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("standard input")]
    public async Task Certificate_of_version_4_reads_back(string source)
    {
        ApplicationCertificate certificate = TestKeys.Wiki.ToCertificate("W\u00EFki");
        string file = _folder.PathOf("certificate");
        await File.WriteAllBytesAsync(file, certificate.ToBytes(), TestContext.Current.CancellationToken);
        ToolRun run = source == "file"
            ? await ToolRun.InProcessAsync("certificate", "read", file)
            : await ToolRun.InProcessAsync(certificate.ToBytes(), "certificate", "read", "-");

        var expected = new JsonObject
        {
            ["id"] = "wiki",
            ["name"] = "W\u00EFki",
            ["version"] = 4,
            ["issuedAt"] = certificate.IssuedAt.ToUnixTimeSeconds(),
            ["versions"] = new JsonArray(4),
            ["keys"] = new JsonArray(Key(certificate.SigningKeys[0], "sig", "PS256"), Key(certificate.EncryptionKeys[0], "enc", "RSA-OAEP-256")),
            ["warning"] = null,
        };
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.True(JsonNode.DeepEquals(expected, run.Json), run.Output);

        static JsonObject Key(RsaPublicKey key, string use, string algorithm) => new()
        {
            ["kid"] = key.Thumbprint,
            ["use"] = use,
            ["alg"] = algorithm,
            ["bits"] = 2048,
            ["exponent"] = 65_537,
            ["fingerprint"] = key.Fingerprint,
        };
    }

    [Fact]
    public async Task Damaged_certificate_of_version_4_is_refused_for_what_is_wrong_with_it()
    {
        byte[] document = TestKeys.Wiki.ToCertificate().ToBytes();
        document[^10] = document[^10] == (byte)'A' ? (byte)'B' : (byte)'A';
        ToolRun run = await ToolRun.InProcessAsync(document, "certificate", "read", "-");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("sign", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Legacy_document_of_an_id_that_looks_like_JSON_is_read()
    {
        byte[] document = ThrowAwayKeys.Of("{}", 3).ToLegacyCertificate().ToBytes();
        ToolRun run = await ToolRun.InProcessAsync(document, "certificate", "read", "-");
        Assert.Equal((0, "{}"), (run.ExitCode, (string?)run.Json["id"]));
    }

    [Fact]
    public async Task Legacy_document_is_fetched_from_its_own_address()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> serving = ServeOnceAsync(listener, TestKeys.Wiki.ToLegacyCertificate().ToBytes());
        ToolRun run = await ToolRun.InProcessAsync("certificate", "read", $"{Url(listener)}/app/admin/appTrustCertificate");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("wiki", (string?)run.Json["id"]);
        Assert.StartsWith("GET /app/admin/appTrustCertificate HTTP/1.1\r\n", await serving, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/.well-known/trusted-app")]
    public async Task Certificate_of_version_4_is_fetched_first(string ending)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> serving = ServeOnceAsync(listener, TestKeys.Wiki.ToCertificate().ToBytes(), "application/jose+json");
        ToolRun run = await ToolRun.InProcessAsync("certificate", "read", $"{Url(listener)}/app{ending}");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(("wiki", 4), ((string?)run.Json["id"], (int?)run.Json["version"]));
        Assert.StartsWith("GET /app/.well-known/trusted-app HTTP/1.1\r\n", await serving, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Legacy_document_is_fetched_where_there_is_no_other_which_is_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> serving = Task.Run(async () =>
        {
            await ServeOnceAsync(listener, [], status: "404 Not Found");
            return await ServeOnceAsync(listener, TestKeys.Wiki.ToLegacyCertificate().ToBytes());
        });
        ToolRun run = await ToolRun.InProcessAsync("certificate", "read", $"{Url(listener)}/app");

        Assert.Equal((0, "There is no certificate of version 4; this is the legacy one.\n"), (run.ExitCode, run.Error));
        Assert.Equal(3, (int?)run.Json["version"]);
        Assert.StartsWith("GET /app/admin/appTrustCertificate HTTP/1.1\r\n", await serving, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html", "answers with text/html instead of application/jose+json")]
    [InlineData("application/json", "answers with application/json instead of application/jose+json")]
    public async Task Page_in_the_place_of_a_certificate_does_not_hide_the_legacy_document(string type, string said)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> serving = Task.Run(async () =>
        {
            await ServeOnceAsync(listener, "<p>Not here</p>"u8.ToArray(), type);
            return await ServeOnceAsync(listener, TestKeys.Wiki.ToLegacyCertificate().ToBytes());
        });
        ToolRun run = await ToolRun.InProcessAsync("certificate", "read", $"{Url(listener)}/app");

        await serving;
        Assert.Equal((0, 3), (run.ExitCode, (int?)run.Json["version"]));
        Assert.StartsWith("There is no certificate of version 4; this is the legacy one.\n", run.Error, StringComparison.Ordinal);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_names_both_addresses_where_neither_has_a_certificate()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> serving = Task.Run(async () =>
        {
            await ServeOnceAsync(listener, "<p>Not here</p>"u8.ToArray(), "text/html");
            return await ServeOnceAsync(listener, "<p>Nor here</p>"u8.ToArray(), "text/html");
        });
        ToolRun run = await ToolRun.InProcessAsync("certificate", "read", $"{Url(listener)}/app");

        await serving;
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("/app/.well-known/trusted-app answers with text/html", run.Error, StringComparison.Ordinal);
        Assert.Contains("/app/admin/appTrustCertificate answers with text/html", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "403 Forbidden")]
    [InlineData("", "500 Oops")]
    [InlineData("/.well-known/trusted-app", "404 Not Found")]
    [InlineData("/admin/appTrustCertificate", "404 Not Found")]
    public async Task Legacy_document_is_asked_for_in_no_other_case(string ending, string status)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> serving = ServeOnceAsync(listener, "nothing"u8.ToArray(), "text/html", status);
        ToolRun run = await ToolRun.InProcessAsync("certificate", "read", Url(listener) + ending);

        await serving;
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.DoesNotContain("legacy", run.Error, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Rotation_changes_the_key_file_in_two_steps_and_says_what_comes_next()
    {
        string file = SaveKeys();
        ToolRun published = await ToolRun.InProcessAsync("certificate", "publish-next", "--keys", file);
        ApplicationKeys keys = ApplicationKeys.Load(file);
        Assert.Equal((0, ""), (published.ExitCode, published.Error));
        Assert.Contains("certificate rotate", published.Lines[^1], StringComparison.Ordinal);
        ApplicationKey next = Assert.Single(keys.Keys, key => key is { Use: KeyUse.Signature, Status: KeyStatus.Next });
        Assert.Contains(next.PublicKey.Fingerprint, published.Output, StringComparison.Ordinal);
        Assert.Equal(2048, next.PublicKey.Bits);

        ToolRun rotated = await ToolRun.InProcessAsync("certificate", "rotate", "--keys", file);
        ApplicationKeys after = ApplicationKeys.Load(file);
        Assert.Equal((0, ""), (rotated.ExitCode, rotated.Error));
        Assert.Contains("within seconds", rotated.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(next.PublicKey, Assert.Single(after.Keys, key => key is { Use: KeyUse.Signature, Status: KeyStatus.Current }).PublicKey);
        Assert.Equal(2, after.Keys.Count(key => key.Status == KeyStatus.Retired));
        Assert.Equal(TestKeys.Wiki.PublicKey, after.PublicKey);
        Assert.True(after.ToCertificate().IssuedAt > keys.ToCertificate().IssuedAt);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Of_two_processes_that_publish_at_once_one_is_refused_and_none_loses_what_it_said()
    {
        string file = SaveKeys();
        ToolRun[] runs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => ToolRun.AsProcessAsync("certificate", "publish-next", "--keys", file)));

        ToolRun published = Assert.Single(runs, run => run.ExitCode == 0);
        Assert.Contains("There are next keys already", Assert.Single(runs, run => run.ExitCode == 1).Error, StringComparison.Ordinal);
        ApplicationKey next = Assert.Single(ApplicationKeys.Load(file).Keys, key => key is { Use: KeyUse.Signature, Status: KeyStatus.Next });
        Assert.Contains(next.PublicKey.Fingerprint, published.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_of_a_rotation_out_of_turn_is_refused_and_changes_nothing()
    {
        string file = SaveKeys();
        byte[] before = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        ToolRun run = await ToolRun.InProcessAsync("certificate", "rotate", "--keys", file);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("publish-next", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));

        await ToolRun.InProcessAsync("certificate", "publish-next", "--keys", file);
        Assert.Equal(1, (await ToolRun.InProcessAsync("certificate", "publish-next", "--keys", file)).ExitCode);
        Assert.Equal(2, (await ToolRun.InProcessAsync("certificate", "publish-next", "--keys", file, "--bits", "1024")).ExitCode);
    }

    [Fact]
    public async Task Key_file_of_the_first_release_gets_keys_of_version_4()
    {
        string file = SaveOldKeys();
        ToolRun run = await ToolRun.InProcessAsync("certificate", "publish-next", "--keys", file, "--bits", "2048");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("has keys for version 4", run.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(0, (await ToolRun.InProcessAsync("certificate", "show", "--keys", file)).ExitCode);
    }

    [Theory]
    [InlineData("", "application/jose+json")]
    [InlineData("/admin/appTrustCertificate", "text/plain")]
    public async Task Page_that_is_no_certificate_is_refused(string ending, string type)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> serving = ServeOnceAsync(listener, "<html>\n<body>Log in</body>\n</html>"u8.ToArray(), type);
        ToolRun run = await ToolRun.InProcessAsync("certificate", "read", Url(listener) + ending);

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

    private static async Task<string> ServeOnceAsync(TcpListener listener, byte[] document, string type = "text/plain;charset=UTF-8", string status = "200 OK")
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using Socket socket = await listener.AcceptSocketAsync(cancellationToken);
        byte[] request = new byte[4096];
        int length = 0;
        while (!request.AsSpan(0, length).EndsWith("\r\n\r\n"u8)) length += await socket.ReceiveAsync(request.AsMemory(length), cancellationToken);

        string head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {document.Length}\r\nConnection: close\r\n\r\n");
        await socket.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. document], cancellationToken);
        return Encoding.ASCII.GetString(request, 0, length);
    }

    private static string Url(TcpListener listener) => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    private string SaveOldKeys()
    {
        JsonNode json = JsonNode.Parse(File.ReadAllText(SaveKeys()))!;
        json.AsObject().Remove("changedAt");
        while (json["keys"]!.AsArray().Count > 1) json["keys"]!.AsArray().RemoveAt(1);
        return _folder.Write("old.keys", json.ToJsonString());
    }

    private string SaveKeys()
    {
        TestKeys.Wiki.Save(_folder.PathOf("wiki.keys"));
        return _folder.PathOf("wiki.keys");
    }
}
