using System.Security.Cryptography;
using TrustedApps.Keys;

namespace TrustedApps.Tool.Tests.Commands;

public sealed class KeysCommandTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Theory]
    [InlineData(null, 3072)]
    [InlineData("2048", 2048)]
    public async Task New_key_has_the_length_that_was_asked_for(string? bits, int expected)
    {
        string file = _folder.PathOf("wiki.keys");
        string[] length = bits is null ? [] : ["--bits", bits];
        ToolRun run = await ToolRun.InProcessAsync(["keys", "new", "--id", "wiki", "--out", file, .. length]);

        var keys = ApplicationKeys.Load(file);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("wiki", keys.Id);
        Assert.Equal([KeyUse.Legacy, KeyUse.Signature, KeyUse.Encryption], keys.Keys.Select(key => key.Use));
        Assert.All(keys.Keys, key =>
        {
            Assert.Equal(expected, key.PublicKey.Bits);
            Assert.Contains(key.PublicKey.Fingerprint, run.Output, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Id_that_version_4_does_not_allow_gets_no_keys_unless_they_are_for_older_versions()
    {
        string file = _folder.PathOf("wiki.keys");
        string[] command = ["keys", "new", "--id", "our wiki", "--bits", "2048", "--out", file];
        ToolRun refused = await ToolRun.InProcessAsync(command);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("'our wiki' is not a valid id under version 4", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));

        ToolRun run = await ToolRun.InProcessAsync([.. command, "--legacy"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.False(ApplicationKeys.Load(file).HasVersion4Keys);
        Assert.Contains("for versions 1 to 3 only", run.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_key_file_is_for_its_owner_only()
    {
        if (OperatingSystem.IsWindows()) return; // no file modes there
        string file = _folder.PathOf("wiki.keys");
        await ToolRun.AsProcessAsync("keys", "new", "--id", "wiki", "--bits", "2048", "--out", file);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData("new")]
    [InlineData("import")]
    public async Task File_that_exists_is_never_overwritten(string command)
    {
        string file = _folder.Write("wiki.keys", "something dear");
        string[] key = command == "new" ? ["--bits", "2048"] : ["--private-key", WritePem()];
        ToolRun run = await ToolRun.InProcessAsync(["keys", command, "--id", "wiki", "--out", file, .. key]);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("exists", run.Error, StringComparison.Ordinal);
        Assert.Equal("something dear", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("line\nbreak")]
    public async Task Id_that_is_none_is_refused(string id)
    {
        string file = _folder.PathOf("wiki.keys");
        ToolRun run = await ToolRun.InProcessAsync("keys", "new", "--id", id, "--bits", "2048", "--out", file);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.DoesNotContain("Parameter", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("PKCS#8 PEM")]
    [InlineData("PKCS#1 PEM")]
    [InlineData("base64")]
    [InlineData("standard input")]
    public async Task Private_key_is_taken_over(string form)
    {
        using RSA rsa = RSA.Create(ThrowAwayKeys.Get(9));
        string text = form switch
        {
            "PKCS#1 PEM" => rsa.ExportRSAPrivateKeyPem(),
            "base64" => Convert.ToBase64String(rsa.ExportPkcs8PrivateKey()),
            _ => rsa.ExportPkcs8PrivateKeyPem(),
        };
        string source = form == "standard input" ? "-" : _folder.Write("private", text);
        string file = _folder.PathOf("wiki.keys");
        ToolRun run = await ToolRun.InProcessAsync(Encoding.ASCII.GetBytes(text), "keys", "import", "--id", "wiki", "--private-key", source, "--out", file);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo()), ApplicationKeys.Load(file).PublicKey.ToBase64());
    }

    [Fact]
    public async Task Text_that_is_no_private_key_is_refused_and_not_repeated()
    {
        string source = _folder.Write("private", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        ToolRun run = await ToolRun.InProcessAsync("keys", "import", "--id", "wiki", "--private-key", source, "--out", _folder.PathOf("wiki.keys"));
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.DoesNotContain("c2VjcmV0", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_prints_the_public_part_and_nothing_private()
    {
        string file = _folder.PathOf("wiki.keys");
        TestKeys.Wiki.Save(file);
        ToolRun run = await ToolRun.InProcessAsync("keys", "show", file);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("Application  wiki", run.Lines[0]);
        string[] uses = ["versions 1 to 3, current", "version 4, signs, current", "version 4, decrypts, current"];
        Assert.Equal(
            TestKeys.Wiki.Keys.SelectMany((key, index) => (string[])[$"Key          RSA, 2048 bits, exponent 65537; {uses[index]}", $"Fingerprint  {key.PublicKey.Fingerprint}"]),
            run.Lines[1..7]);
        Assert.Equal(TestKeys.Wiki.PublicKey.ToBase64(), Assert.Single(run.Lines[7..]));
        foreach (string secret in (string[])["d", "p", "q", "dp", "dq", "qi"])
        {
            JsonArray keys = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!["keys"]!.AsArray();
            Assert.All(keys, key => Assert.DoesNotContain(((string)key![secret]!)[..20], run.Output, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Id_that_looks_like_markup_or_moves_the_text_is_shown_as_plain_text()
    {
        string file = _folder.PathOf("hostile.keys");
        ThrowAwayKeys.Of("[red]a[/] [b] \u202Eb\u2028c:key:1", 3).Save(file);
        ToolRun run = await ToolRun.InProcessAsync("keys", "show", file);
        Assert.Equal((0, "Application  [red]a[/] [b] ?b c:key:1"), (run.ExitCode, run.Lines[0]));
    }

    [Fact]
    public async Task Key_given_where_a_file_is_named_is_not_repeated()
    {
        using RSA rsa = RSA.Create(ThrowAwayKeys.Get(9));
        foreach (string secret in (string[])[rsa.ExportPkcs8PrivateKeyPem(), Convert.ToBase64String(rsa.ExportPkcs8PrivateKey())])
        {
            ToolRun run = await ToolRun.InProcessAsync("keys", "import", "--id", "wiki", "--private-key", secret, "--out", _folder.PathOf("new.keys"));

            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.DoesNotContain(secret.Substring(200, 20), run.Error, StringComparison.Ordinal);
            Assert.Contains("not the name of a file", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"id\":\"wiki\",\"keys\":[null]}")]
    [InlineData("{\"id\":\"wiki\",\"keys\":[{\"use\":\"legacy\"}]}")]
    [InlineData("not json")]
    public async Task File_that_is_no_key_file_is_refused(string text)
    {
        ToolRun run = await ToolRun.InProcessAsync("keys", "show", _folder.Write("bad.keys", text));
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("not a key file", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("dq")]
    [InlineData("qi")]
    [InlineData("n")]
    public async Task Key_file_with_a_damaged_number_is_refused(string number)
    {
        string file = _folder.PathOf("wiki.keys");
        TestKeys.Wiki.Save(file);
        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        JsonNode key = json["keys"]![0]!;
        string stored = (string)key[number]!;
        key[number] = stored[..8] + (stored[8] == 'A' ? 'B' : 'A') + stored[9..];

        ToolRun run = await ToolRun.InProcessAsync("issue", "--keys", _folder.Write("damaged.keys", json.ToJsonString()), "--version", "2", "--user", "fred", "--url", "https://tracker.example/");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("not a key file", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_file_with_any_value_in_the_place_of_another_is_read_or_refused()
    {
        string file = _folder.PathOf("wiki.keys");
        TestKeys.Wiki.Save(file);
        string good = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        foreach (string member in (string[])["kty", "use", "kid", "n", "e", "d", "p", "q", "dp", "dq", "qi"])
        {
            foreach (string value in (string[])["null", "\"\"", "\"A\"", "\"AA\"", "\"AQ\"", "\"AAAA\"", "\"____\"", "\"=\"", "0", "[]", "\"\\ud800\""])
            {
                JsonNode json = JsonNode.Parse(good)!;
                json["keys"]![0]!.AsObject().Remove(member);
                string text = json.ToJsonString().Replace("[{", $"[{{\"{member}\":{value},", StringComparison.Ordinal);
                ToolRun run = await ToolRun.InProcessAsync("keys", "show", _folder.Write("changed.keys", text));
                Assert.True(run.ExitCode is 0 or 1);
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private string WritePem() => _folder.Write("private.pem", ThrowAwayKeys.Pem(9));
}
