using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TrustedApps.Content;
using TrustedApps.Text;

namespace TrustedApps.Tests.Content;

public class ContentDigestTests
{
    private static readonly byte[] _hash = SHA256.HashData("content"u8);
    private static readonly string _digest = $"sha-256=:{Convert.ToBase64String(_hash)}:";

    [Fact]
    public void The_default_value_says_that_there_is_none()
    {
        ContentDigest claim = default;
        Assert.Equal((ContentDigestKind.None, null), (claim.Kind, claim.ToString()));
        Assert.False(claim.IsOf(_hash));
        Assert.False(claim.IsOf(new byte[32]));
    }

    [Fact]
    public void Unbound_content_is_called_none_and_is_of_no_digest()
    {
        Assert.True(TryRead("none", out ContentDigest claim));
        Assert.Equal((ContentDigestKind.Unbound, "none"), (claim.Kind, claim.ToString()));
        Assert.False(claim.IsOf(new byte[32]));
    }

    [Property]
    public Property A_digest_is_read_and_written_the_same() => ForAll.In(
        Generators.Bytes(32).Where(bytes => bytes.Length > 0).Select(SHA256.HashData),
        hash =>
        {
            string? text = ContentDigest.OfHash(hash).ToString();
            byte[] other = [.. hash];
            other[^1] ^= 1;
            return TryRead(text!, out ContentDigest claim) && claim.Kind == ContentDigestKind.Digest && claim.ToString() == text && claim.IsOf(hash) && !claim.IsOf(other);
        });

    public static TheoryData<string> Others { get; } =
    [
        "", " ", "None", "none ", _digest + " ", " " + _digest, _digest[..^1], _digest + ":", _digest.Replace("sha-256", "SHA-256", StringComparison.Ordinal),
        _digest.Replace("sha-256", "sha-512", StringComparison.Ordinal), _digest + ", " + _digest, _digest + ";a=1", _digest.Replace("=:", "= :", StringComparison.Ordinal),
        "sha-256=::", "sha-256=:AAAA:", _digest.Replace("=:", "=", StringComparison.Ordinal), $"sha-256=:{Convert.ToBase64String(new byte[33])}:",
        $"sha-256=:{Convert.ToBase64String(_hash)[..42]}B=:", $"sha-512=:{Convert.ToBase64String(new byte[64])}:, {_digest}", $"sha-256=:{Convert.ToHexString(_hash)}:",
        $"sha-256=:{Convert.ToBase64String(_hash).TrimEnd('=')}:", new string('a', 5000),
    ];

    [Theory]
    [MemberData(nameof(Others))]
    public void Nothing_else_is_a_claim(string text)
    {
        Assert.False(TryRead(text, out ContentDigest claim));
        Assert.Equal(ContentDigestKind.None, claim.Kind);
    }

    [Fact]
    public void Escapes_mean_what_they_stand_for()
    {
        string escaped = string.Concat(_digest.Select(character => $"\\u{(int)character:x4}"));
        var json = new StrictJson(Encoding.ASCII.GetBytes($"\"{escaped}\""));
        Assert.True(json.ReadString(out JsonText text));
        Assert.True(ContentDigest.TryRead(text, out ContentDigest claim));
        Assert.True(claim.IsOf(_hash));
    }

    [Property(MaxTest = 2000)]
    public Property Any_change_makes_another_claim_or_none() => ForAll.In(
        Generators.Mutate(Gen.Constant(_digest), Gen.Elements("Aa0+/=: ".ToCharArray())),
        text => text == _digest || !TryRead(text, out ContentDigest claim) || (claim.ToString() == text && !claim.IsOf(_hash)));

    private static bool TryRead(string value, out ContentDigest claim)
    {
        var json = new StrictJson(JsonSerializer.SerializeToUtf8Bytes(value));
        Assert.True(json.ReadString(out JsonText text));
        return ContentDigest.TryRead(text, out claim);
    }
}
