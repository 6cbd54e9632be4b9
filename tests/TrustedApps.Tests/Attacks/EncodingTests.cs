using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using BouncyInteger = Org.BouncyCastle.Math.BigInteger;

namespace TrustedApps.Tests.Attacks;

/// <summary>Other spellings of a value, and texts that read as more than one.</summary>
public class EncodingTests
{
    private readonly Provider _provider = new(Fixture.Trust(Fixture.Wiki, [.. ProtocolVersion.All])) { Users = UserResolvers.Everyone };

    public static TheoryData<string> SignedHeaders { get; } = [Seraph.Key, Seraph.Magic, Seraph.Cert, Seraph.Signature];

    [Theory]
    [MemberData(nameof(SignedHeaders))]
    public async Task Lenient_base64_is_refused(string header)
    {
        Request request = Request.Of(ProtocolVersion.Atlassian2, "frederick"); // its text ends in padding
        string value = request[header];
        Assert.EndsWith("=", value, StringComparison.Ordinal);
        string[] spellings =
        [
            value + "\n", " " + value, value + " ", value.Insert(4, "\r\n"), value.Insert(8, " "), value.Insert(8, "    "), value.Insert(12, "\t\t\t\t"),
            value.TrimEnd('='), value + "=", value + "====", WithSpareBits(value), "=" + value[1..],
            value + "\0", value[..4] + "-_-_" + value[8..],
        ];
        string code = header == Seraph.Signature ? "BAD_SIGNATURE" : "BAD_MAGIC";
        Assert.DoesNotContain(value, spellings, StringComparer.Ordinal);
        foreach (string spelling in spellings) Assert.Equal(code, await _provider.Answer(request.With(header, spelling)));
        Assert.Equal("OK frederick", await _provider.Answer(request));
    }

    [Fact]
    public async Task Lenient_base64_is_refused_in_the_Warwick_dialect()
    {
        Request request = Request.Of(ProtocolVersion.Warwick);
        string cert = request[WarwickHeader.Cert];
        foreach (string spelling in new[] { cert + "\n", cert.Insert(4, " "), cert.TrimEnd('=') + "\t", "    " + cert })
        {
            Assert.Equal("SYSTEM", await _provider.Answer(request.With(WarwickHeader.Cert, spelling)));
        }

        Assert.Equal("BAD_SIGNATURE", await _provider.Answer(request.With(WarwickHeader.Signature, value => value + "\n")));
        Assert.Equal("BAD_SIGNATURE", await _provider.Answer(request.With(WarwickHeader.Signature, WithSpareBits)));
        Assert.Equal("OK fred", await _provider.Answer(request));
    }

    [Theory]
    [InlineData(Seraph.Key, "BAD_MAGIC")]
    [InlineData(Seraph.Magic, "BAD_MAGIC")]
    [InlineData(Seraph.Signature, "BAD_SIGNATURE")]
    public async Task A_value_that_is_shorter_or_longer_than_the_modulus_is_refused(string header, string code)
    {
        Request request = Request.Of(ProtocolVersion.Atlassian2);
        byte[] value = Convert.FromBase64String(request[header]);
        byte[][] others = [[0], value[..^1], value[1..], [.. value, 0], [0, .. value], [0, 0, .. value], value[..128], [.. value, .. value], new byte[10_000]];
        foreach (byte[] other in others) Assert.Equal(code, await _provider.Answer(request.With(header, Convert.ToBase64String(other))));
    }

    [Theory]
    [InlineData("admin\n-1159983122\nfred", "SYSTEM")] // lines that end early
    [InlineData("admin\n-1159983122\n", "SYSTEM")]
    [InlineData("fr\ned", "BAD_MAGIC")]
    [InlineData("\nadmin", "BAD_MAGIC")]
    [InlineData("fred\n", "BAD_MAGIC")]
    [InlineData("fred\r", "SYSTEM")]
    [InlineData("fr\red", "SYSTEM")]
    [InlineData("fred\r\n-1159983122\r", "BAD_MAGIC")]
    [InlineData("fred\0", "SYSTEM")]
    [InlineData("fr\u0085ed", "SYSTEM")]
    [InlineData("", "SYSTEM")]
    public async Task A_user_name_that_a_careless_consumer_lets_through_does_not_end_its_line(string user, string code)
    {
        Assert.Equal(code, await _provider.Answer(Craft.Encrypted(ProtocolVersion.Atlassian1, Craft.Text(user))));
        Assert.Equal(code, await _provider.Answer(Craft.Encrypted(ProtocolVersion.Atlassian2, Craft.Text(user))));
        Assert.Equal(code, await _provider.Answer(Craft.Signed(Craft.Text(user), user)));
        Assert.Equal("SYSTEM", await _provider.Answer(Craft.Warwick($"{Fixture.Stamp}\n{user}", user)));
    }

    [Fact]
    public async Task What_is_not_UTF8_is_refused_before_anything_is_made_of_it()
    {
        byte[] user = [.. Encoding.ASCII.GetBytes("fr"), 0xC0, 0x8A, .. Encoding.ASCII.GetBytes("ed")]; // a line feed in two bytes
        byte[] text = [.. Encoding.ASCII.GetBytes($"{Fixture.Stamp}\n"), .. user, .. Encoding.ASCII.GetBytes($"\n{Fixture.Magic}")];
        Assert.Equal("SYSTEM", await _provider.Answer(Craft.Encrypted(ProtocolVersion.Atlassian2, text)));
        Assert.Equal("SYSTEM", await _provider.Answer(Craft.Signed(text, "fr\uFFFDed")));
        Assert.Equal("SYSTEM", await _provider.Answer(Craft.Warwick(text[..^12], "fr\uFFFDed")));
    }

    [Fact]
    public async Task Another_spelling_of_the_stamp_is_refused_even_when_it_is_signed()
    {
        foreach (string stamp in new[] { $"0{Fixture.Stamp}", $"+{Fixture.Stamp}", $" {Fixture.Stamp}", $"{Fixture.Stamp} ", $"{Fixture.Stamp}\0", $"{Fixture.Stamp}.0", "１795262400000" })
        {
            Assert.Equal("SYSTEM", await _provider.Answer(Craft.Signed($"{stamp}\nfred\n{Fixture.Magic}", "fred")));
            Assert.Equal("SYSTEM", await _provider.Answer(Craft.Warwick($"{stamp}\nfred", "fred")));
        }

        Assert.Equal("OK fred", await _provider.Answer(Craft.Signed(Craft.Text("fred"), "fred")));
        Assert.Equal("OK fred", await _provider.Answer(Craft.Warwick($"{Fixture.Stamp}\nfred", "fred")));
    }

    [Fact]
    public async Task Only_the_one_encoding_of_a_signature_is_accepted()
    {
        byte[] hash = Craft.Sha1($"{Fixture.Stamp}\n{Fixture.Url}\nfred");
        byte[] info = [.. Convert.FromHexString("3021300906052B0E03021A05000414"), .. hash];
        Assert.Equal("OK fred", await SignedWith(Pad(info))); // by hand, so that a refusal below is for its one change

        byte[] withoutNull = [.. Convert.FromHexString("301F300706052B0E03021A0414"), .. hash];
        byte[] longLengths = [.. Convert.FromHexString("308121300906052B0E03021A05000414"), .. hash];
        byte[] otherParameters = [.. Convert.FromHexString("3023300B06052B0E03021A040201020414"), .. hash];
        byte[] sha256Name = [.. Convert.FromHexString("302D300D06096086480165030402010500"), 0x04, 0x14, .. hash];
        byte[] sha256 = [.. Convert.FromHexString("3031300D060960864801650304020105000420"), .. SHA256.HashData(Encoding.UTF8.GetBytes($"{Fixture.Stamp}\n{Fixture.Url}\nfred"))];
        byte[] zeros = new byte[100];
        Dictionary<string, byte[]> blocks = new(StringComparer.Ordinal)
        {
            ["the NULL left out"] = Pad(withoutNull),
            ["lengths in the long form"] = Pad(longLengths),
            ["other parameters"] = Pad(otherParameters),
            ["another hash's name"] = Pad(sha256Name),
            ["another hash"] = Pad(sha256),
            ["the hash alone"] = Pad(hash),
            ["a hash that is too short"] = Pad([.. Convert.FromHexString("3020300906052B0E03021A05000413"), .. hash[..19]]),
            ["a byte after the hash"] = Pad([.. info, 0]),
            ["bytes after the hash in the outer sequence"] = Pad([.. Convert.FromHexString("3023300906052B0E03021A05000414"), .. hash, 0x05, 0x00]),
            ["little padding and rubbish behind (Bleichenbacher 2006)"] = [0, 1, .. Enumerable.Repeat((byte)0xFF, 8), 0, .. info, .. new byte[256 - 11 - info.Length]],
            ["rubbish in the parameters"] = Pad([0x30, 0x81, 0x85, 0x30, 0x6D, .. Convert.FromHexString("06052B0E03021A"), 0x04, 0x64, .. zeros, 0x04, 0x14, .. hash]),
            ["encryption padding"] = [0, 2, .. Enumerable.Repeat((byte)0xFF, 256 - 3 - info.Length), 0, .. info],
            ["zeros for padding"] = [0, 0, .. new byte[256 - 3 - info.Length], 0, .. info],
            ["padding that is not all ones"] = [0, 1, .. Enumerable.Repeat((byte)0xFF, 100), 0xFE, .. Enumerable.Repeat((byte)0xFF, 256 - 104 - info.Length), 0, .. info],
            ["no separator"] = [0, 1, .. Enumerable.Repeat((byte)0xFF, 256 - 2 - info.Length), .. info],
            ["a first byte that is not zero"] = [1, 1, .. Enumerable.Repeat((byte)0xFF, 256 - 3 - info.Length), 0, .. info],
        };
        foreach ((string what, byte[] block) in blocks)
        {
            Assert.Equal(256, block.Length);
            Assert.Equal((what, "BAD_SIGNATURE"), (what, await SignedWith(block)));
        }
    }

    [Fact]
    public async Task A_signature_in_another_scheme_is_refused()
    {
        using RSA rsa = RSA.Create(Fixture.Wiki.LegacyKey.ExportParameters());
        byte[] text = Encoding.UTF8.GetBytes($"{Fixture.Stamp}\n{Fixture.Url}\nfred");
        byte[][] others =
        [
            rsa.SignData(text, HashAlgorithmName.SHA1, RSASignaturePadding.Pss),
            rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            rsa.SignData(text, HashAlgorithmName.MD5, RSASignaturePadding.Pkcs1),
        ];
        foreach (byte[] other in others)
        {
            Assert.Equal("BAD_SIGNATURE", await _provider.Answer(Request.Of(ProtocolVersion.Atlassian3).With(Seraph.Signature, Convert.ToBase64String(other))));
        }
    }

    private static byte[] Pad(byte[] info) => [0, 1, .. Enumerable.Repeat((byte)0xFF, 256 - 3 - info.Length), 0, .. info];

    // Raw RSA by somebody else's hand: no padding of its own, no check.
    private async Task<string> SignedWith(byte[] block)
    {
        RSAParameters rsa = Fixture.Wiki.LegacyKey.ExportParameters();
        var engine = new RsaEngine();
        engine.Init(true, new RsaKeyParameters(true, new BouncyInteger(1, rsa.Modulus), new BouncyInteger(1, rsa.D)));
        byte[] reduced = Fixture.ToBytes(Fixture.ToNumber(block) % Fixture.Wiki.PublicKey.Modulus, 256);
        string signature = Convert.ToBase64String(engine.ProcessBlock(reduced, 0, 256));
        return await _provider.Answer(Request.Of(ProtocolVersion.Atlassian3).With(Seraph.Signature, signature));
    }

    // The same bytes to a lenient reader: a bit that stands for nothing is set in front of the padding.
    private static string WithSpareBits(string base64)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        int last = base64.TrimEnd('=').Length - 1;
        string changed = base64[..last] + alphabet[alphabet.IndexOf(base64[last], StringComparison.Ordinal) + 1] + base64[(last + 1)..];
        Assert.Equal(Convert.FromBase64String(base64), Convert.FromBase64String(changed));
        return changed;
    }
}
