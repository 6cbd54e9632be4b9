using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

public sealed class KeyFileTests : IDisposable
{
    private const string Secret = "S0meth1ng-S3cret";

    private static readonly ApplicationKeys _old = new("wiki", Fixture.Wiki.LegacyKey.ExportParameters());
    private static readonly ApplicationKeys _rotated = new("wiki", new KeyRing(
        [
            Fixture.Wiki.LegacyKey,
            SpareKeys.Signing(1), SpareKeys.Signing(2).As(KeyStatus.Next), SpareKeys.Signing(3).As(KeyStatus.Retired, Fixture.Now),
            SpareKeys.Encrypting(1), SpareKeys.Encrypting(2).As(KeyStatus.Next), SpareKeys.Encrypting(3).As(KeyStatus.Retired, Fixture.Now.AddSeconds(-5)),
        ],
        Fixture.Now.AddSeconds(1)));

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("trusted-apps-");

    /// <summary>Changes to a good file after which it is none, by name.</summary>
    private static Dictionary<string, Action<JsonObject>> Damages { get; } = new(StringComparer.Ordinal)
    {
        ["no id"] = file => file.Remove("id"),
        ["id null"] = file => file["id"] = null,
        ["an empty id"] = file => file["id"] = "",
        ["an id with a control character"] = file => file["id"] = Secret + "\n",
        ["an id that is no text"] = file => file["id"] = 5,
        ["no keys"] = file => file.Remove("keys"),
        ["keys null"] = file => file["keys"] = null,
        ["an empty list of keys"] = file => file["keys"] = new JsonArray(),
        ["a key that is null"] = file => file["keys"] = new JsonArray { null },
        ["a key that is a text"] = file => file["keys"] = new JsonArray(Secret),
        ["keys that are no list"] = file => file["keys"] = Secret,
        ["two legacy keys"] = file => file["keys"]!.AsArray().Add(file["keys"]![0]!.DeepClone()),
        ["a key for something else"] = file => file["keys"]![0]!["use"] = "sig",
        ["a key for nothing"] = file => file["keys"]![0]!.AsObject().Remove("use"),
        ["a number of another key"] = file => file["keys"]![0]!["d"] = Base64Url.EncodeToString(Fixture.Blog.LegacyKey.ExportParameters().D),
        ["primes in the wrong order"] = file => (file["keys"]![0]!["p"], file["keys"]![0]!["q"]) = (file["keys"]![0]!["q"]!.DeepClone(), file["keys"]![0]!["p"]!.DeepClone()),
        ["the exponent 3"] = file => file["keys"]![0]!["e"] = "Aw",
    };

    public static TheoryData<string> DamageNames { get; } = [.. Damages.Keys];

    public static TheoryData<string> Numbers { get; } = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_key_that_was_saved_is_loaded_again()
    {
        string path = PathOf("wiki.key");
        Fixture.Wiki.Save(path);
        var loaded = ApplicationKeys.Load(path);

        Assert.Equal("wiki", loaded.Id);
        Assert.Equal(Fixture.Wiki.PublicKey, loaded.PublicKey);
        byte[] hash = Craft.Sha1("text");
        byte[] signature = loaded.SignLegacyHashAsync(hash, HashAlgorithmName.SHA1, TestContext.Current.CancellationToken).Completed();
        Assert.True(Fixture.Wiki.PublicKey.VerifyHash(hash, signature, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public void The_file_is_a_JWK_for_legacy_use()
    {
        using var file = JsonDocument.Parse(KeyFile.Format(_old));
        Assert.Equal("wiki", file.RootElement.GetProperty("id").GetString());
        JsonElement key = Assert.Single(file.RootElement.GetProperty("keys").EnumerateArray());
        Assert.Equal("RSA", key.GetProperty("kty").GetString());
        Assert.Equal("legacy", key.GetProperty("use").GetString());
        Assert.Equal(Fixture.Wiki.PublicKey.Thumbprint, key.GetProperty("kid").GetString());
        Assert.Equal(["id", "keys"], file.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(["kty", "use", "kid", "n", "e", "d", "p", "q", "dp", "dq", "qi"], key.EnumerateObject().Select(member => member.Name));

        RSAParameters rsa = Fixture.Wiki.LegacyKey.ExportParameters();
        (string Name, byte[]? Value)[] numbers =
            [("n", rsa.Modulus), ("e", rsa.Exponent), ("d", rsa.D), ("p", rsa.P), ("q", rsa.Q), ("dp", rsa.DP), ("dq", rsa.DQ), ("qi", rsa.InverseQ)];
        Assert.All(numbers, number => Assert.Equal(Base64Url.EncodeToString(number.Value), key.GetProperty(number.Name).GetString()));
    }

    [Fact]
    public void A_ring_is_read_as_it_was_written()
    {
        ApplicationKeys read = ApplicationKeys.Parse(_rotated.ToBytes());
        Assert.Equal(_rotated.Keys, read.Keys);
        Assert.Equal((_rotated.Id, _rotated.ChangedAt), (read.Id, read.ChangedAt));
        Assert.Equal(KeyFile.Format(_rotated), KeyFile.Format(read));

        JsonNode file = JsonNode.Parse(KeyFile.Format(_rotated))!;
        Assert.Equal(Fixture.Now.AddSeconds(1).ToUnixTimeSeconds(), (long)file["changedAt"]!);
        Assert.Equal(
            [
                "legacy   ", "sig PS256 current ", "sig PS256 next ", $"sig PS256 retired {Fixture.Now.ToUnixTimeSeconds()}",
                "enc RSA-OAEP-256 current ", "enc RSA-OAEP-256 next ", $"enc RSA-OAEP-256 retired {Fixture.Now.ToUnixTimeSeconds() - 5}",
            ],
            file["keys"]!.AsArray().Select(key => $"{key!["use"]} {key["alg"]} {key["status"]} {key["retiredAt"]}"));
    }

    /// <summary>Changes to a ring after which it is none, by name: key 1 is the current signing key, 3 the retired one.</summary>
    private static Dictionary<string, Action<JsonObject>> RingDamages { get; } = new(StringComparer.Ordinal)
    {
        ["an id that version 4 does not allow"] = file => file["id"] = "a wiki",
        ["a time before 1970"] = file => file["changedAt"] = -1,
        ["a time that no calendar has"] = file => file["changedAt"] = long.MaxValue,
        ["a time that is a text"] = file => file["changedAt"] = Secret,
        ["no status"] = file => file["keys"]![1]!.AsObject().Remove("status"),
        ["an unknown status"] = file => file["keys"]![1]!["status"] = Secret,
        ["two current keys"] = file => file["keys"]![2]!["status"] = "current",
        ["no time of retirement"] = file => file["keys"]![3]!.AsObject().Remove("retiredAt"),
        ["retirement before 1970"] = file => file["keys"]![3]!["retiredAt"] = -1,
        ["retirement at no time that the calendar has"] = file => file["keys"]![3]!["retiredAt"] = 253_402_300_799,
        ["retirement of the current key"] = file => file["keys"]![1]!["retiredAt"] = 1_795_000_000,
        ["a key for another algorithm in place of the current one"] = file => file["keys"]![1]!["alg"] = "RS256",
        ["one key twice"] = file => file["keys"]!.AsArray().Add(file["keys"]![3]!.DeepClone()),
        ["one key for two purposes"] = file => Copy(file["keys"]![0]!, file["keys"]![1]!),
        ["a number of another key"] = file => file["keys"]![3]!["d"] = file["keys"]![1]!["d"]!.DeepClone(),
    };

    public static TheoryData<string> RingDamageNames { get; } = [.. RingDamages.Keys];

    [Theory]
    [MemberData(nameof(RingDamageNames))]
    public void A_damaged_ring_is_no_key_file(string damage)
    {
        JsonObject file = JsonNode.Parse(KeyFile.Format(_rotated))!.AsObject();
        RingDamages[damage](file);
        AssertRefuses(file.ToJsonString());
    }

    [Fact]
    public void A_key_file_is_replaced_whole_and_is_for_its_owner_only()
    {
        string path = PathOf("wiki.key");
        File.WriteAllText(path, "something old and rather long, with a mode for everybody");
        _rotated.Replace(path);

        Assert.Equal(KeyFile.Format(_rotated), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_directory.FullName));
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner, OperatingSystem.IsWindows() ? owner : File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_key_file_behind_a_link_is_replaced_where_it_is()
    {
        if (OperatingSystem.IsWindows()) return; // links need a privilege there
        string path = PathOf("wiki.key"), link = PathOf("link.key");
        _old.Save(path);
        File.CreateSymbolicLink(link, path);
        _rotated.Replace(link);

        Assert.Equal(KeyFile.Format(_rotated), File.ReadAllBytes(path));
        Assert.Equal(path, new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void Only_a_file_that_exists_is_replaced_and_nothing_is_left_behind()
    {
        Assert.Throws<FileNotFoundException>(() => _rotated.Replace(PathOf("none.key")));
        Assert.Throws<DirectoryNotFoundException>(() => _rotated.Replace(PathOf("none/wiki.key")));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.FullName));
    }

    [Fact]
    public void Only_the_owner_may_read_the_file()
    {
        string path = PathOf("wiki.key");
        Fixture.Wiki.Save(path);

        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner, OperatingSystem.IsWindows() ? owner : File.GetUnixFileMode(path)); // Windows has no modes
    }

    [Fact]
    public void A_file_that_exists_is_never_overwritten()
    {
        string path = PathOf("wiki.key");
        File.WriteAllText(path, "mine");
        Assert.Throws<IOException>(() => Fixture.Wiki.Save(path));
        Assert.Equal("mine", File.ReadAllText(path));
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_error_of_input_and_output()
    {
        Assert.Throws<FileNotFoundException>(() => ApplicationKeys.Load(PathOf("none.key")));
        Assert.Throws<DirectoryNotFoundException>(() => Fixture.Wiki.Save(PathOf("none/wiki.key")));
    }

    [Fact]
    public void Members_and_keys_of_later_versions_are_ignored()
    {
        JsonObject file = GoodFile();
        file["versions"] = new JsonArray(4);
        file["keys"]![0]!["alg"] = "RS1";
        file["keys"]!.AsArray().Insert(0, new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["n"] = "whatever" });
        Assert.Equal(Fixture.Wiki.PublicKey, Parse(file.ToJsonString()).PublicKey);
    }

    [Theory]
    [MemberData(nameof(DamageNames))]
    public void A_damaged_file_is_no_key_file(string damage)
    {
        JsonObject file = GoodFile();
        Damages[damage](file);
        AssertRefuses(file.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_file_in_which_a_number_is_missing_or_damaged_is_no_key_file(string number)
    {
        string good = GoodFile()["keys"]![0]![number]!.GetValue<string>();
        string[] others = ["", "AA", Secret, "not base64url! " + Secret, good[..^4], good + "AAAA", (good[0] == 'x' ? 'y' : 'x') + good[1..]];
        foreach (string? value in others.Append(null))
        {
            JsonObject file = GoodFile();
            file["keys"]![0]![number] = value;
            AssertRefuses(file.ToJsonString());
        }

        JsonObject without = GoodFile();
        without["keys"]![0]!.AsObject().Remove(number);
        AssertRefuses(without.ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"S0meth1ng-S3cret\"")]
    [InlineData("S0meth1ng-S3cret")]
    [InlineData("{\"id\":\"S0meth1ng-S3cret")]
    [InlineData("{\"id\":\"wiki\",\"keys\":[]} S0meth1ng-S3cret")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nS0meth1ng-S3cret\n-----END PRIVATE KEY-----")]
    public void What_is_no_JSON_object_is_no_key_file(string json) => AssertRefuses(json);

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("{\"id\":\"S0meth1ng-S3cret", "it is cut off")]
    [InlineData("{\"payload\":\"e30\",\"signatures\":[]}", "it is a certificate, which has public keys alone")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nS0meth1ng-S3cret\n-----END PRIVATE KEY-----", "it is PEM")]
    public void What_is_often_taken_for_a_key_file_is_named(string text, string name) => Assert.StartsWith(
        $"wiki.key is not a key file of TrustedApps, or its key cannot be used: {name}. Name the right file",
        Assert.Throws<InvalidDataException>(() => Parse(text)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_member_that_is_there_twice_is_refused()
    {
        string json = GoodFile().ToJsonString();
        AssertRefuses(json.Insert(1, "\"id\":\"other\","));
        AssertRefuses(json + json);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_no_key_file() =>
        Assert.Throws<InvalidDataException>(() => KeyFile.Parse([0xFF, 0xFE, 0x00, 0x80], "wiki.key"));

    [Fact]
    public void A_file_is_at_most_65536_bytes_long()
    {
        string json = GoodFile().ToJsonString();
        Assert.Equal("wiki", Parse(json.PadRight(65_536)).Id);
        AssertRefuses(json.PadRight(65_537));
    }

    [Fact]
    public void A_key_of_less_than_1024_bits_is_refused()
    {
        RSAParameters numbers = ThrowAwayKeys.OfBits(512);
        JsonObject file = GoodFile();
        JsonNode key = file["keys"]![0]!;
        (key["n"], key["d"], key["p"], key["q"]) = (Encode(numbers.Modulus), Encode(numbers.D), Encode(numbers.P), Encode(numbers.Q));
        (key["dp"], key["dq"], key["qi"]) = (Encode(numbers.DP), Encode(numbers.DQ), Encode(numbers.InverseQ));
        AssertRefuses(file.ToJsonString());
    }

    private static void Copy(JsonNode from, JsonNode to)
    {
        foreach (string number in (string[])["n", "e", "d", "p", "q", "dp", "dq", "qi"]) to[number] = from[number]!.DeepClone();
    }

    private static JsonNode Encode(byte[]? number) => JsonValue.Create(Base64Url.EncodeToString(number));

    // As the first release wrote it.
    private static JsonObject GoodFile() => JsonNode.Parse(KeyFile.Format(_old))!.AsObject();

    private static ApplicationKeys Parse(string json) => KeyFile.Parse(Encoding.UTF8.GetBytes(json), "wiki.key");

    // The whole of the exception says nothing of what the file holds.
    private static void AssertRefuses(string json)
    {
        var refused = Assert.Throws<InvalidDataException>(() => Parse(json));
        Assert.StartsWith("wiki.key is not a key file of TrustedApps, or its key cannot be used", refused.Message, StringComparison.Ordinal);
        Assert.Null(refused.InnerException);
        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Base64Url.EncodeToString(Fixture.Wiki.LegacyKey.ExportParameters().D)[..20], refused.ToString(), StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Combine(_directory.FullName, name);
}
