using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Keys;
using TrustedApps.Tests.Keys;

namespace TrustedApps.Tests.Attacks;

/// <summary>What somebody can try who has the certificate, and perhaps some captured requests, and no private key.</summary>
public class ForgeryTests
{
    private static readonly RsaPublicKey _key = Fixture.Wiki.PublicKey;
    private static readonly BigInteger _n = _key.Modulus;

    public static TheoryData<string> ForgeableVersions => Fixture.ForgeableVersions;

    public static TheoryData<string> Versions => Fixture.Versions;

    public static TheoryData<string> LegacyVersions => Fixture.LegacyVersions;

    [Theory]
    [MemberData(nameof(ForgeableVersions))]
    public async Task A_key_made_up_from_the_public_key_alone_is_refused(string name)
    {
        // Any number X sent as Key opens to X^e mod n, which whoever chose X knows as well.
        (Provider provider, Request captured) = Capture(name);
        BigInteger[] numbers = [0, 1, 2, 3, 65537, _n - 1, _n - 2, _n / 2, .. Enumerable.Range(0, 20).Select(_ => Draw())];
        foreach (BigInteger x in numbers)
        {
            byte[] secretKey = BigInteger.ModPow(x, _key.Exponent, _n).ToByteArray(isUnsigned: true, isBigEndian: true);
            byte[] cert = Oracle.Rc4(secretKey, Encoding.UTF8.GetBytes(Craft.Text("admin")));
            Request forged = captured.With(Seraph.Key, Encode(x)).With(Seraph.Cert, Convert.ToBase64String(cert));

            // The forgery is well made: with the key that the original server recovers, the text comes out.
            Assert.Equal(Craft.Text("admin"), Encoding.UTF8.GetString(Oracle.Rc4(secretKey, cert)));
            Assert.Equal("BAD_MAGIC", await provider.Answer(forged));
        }
    }

    [Theory]
    [MemberData(nameof(ForgeableVersions))]
    public async Task Products_quotients_and_negatives_of_captured_keys_are_refused(string name)
    {
        (Provider provider, Request captured) = Capture(name);
        BigInteger one = Decode(captured[Seraph.Key]);
        BigInteger two = Decode(Request.Of(ProtocolVersion.Parse(name), "ann")[Seraph.Key]);
        BigInteger magic = Decode(captured[Seraph.Magic]);
        BigInteger[] made =
        [
            one * two % _n, one * one % _n, one * Inverse(two) % _n, two * Inverse(one) % _n, Inverse(one), _n - one, _n - two,
            one * magic % _n, one * Inverse(magic) % _n, magic, Inverse(magic), one * BigInteger.ModPow(256, _key.Exponent, _n) % _n,
        ];
        foreach (BigInteger x in made)
        {
            byte[] secretKey = BigInteger.ModPow(x, _key.Exponent, _n).ToByteArray(isUnsigned: true, isBigEndian: true);
            Request forged = captured.With(Seraph.Key, Encode(x)).With(Seraph.Cert, Craft.Rc4Base64(secretKey, Encoding.UTF8.GetBytes(Craft.Text("admin"))));
            Assert.Equal("BAD_MAGIC", await provider.Answer(forged));
        }
    }

    [Theory]
    [MemberData(nameof(ForgeableVersions))]
    public async Task A_magic_made_up_or_taken_from_a_key_is_refused(string name)
    {
        (Provider provider, Request captured) = Capture(name);
        BigInteger magic = Decode(captured[Seraph.Magic]);
        foreach (BigInteger x in new[] { 0, 1, Draw(), _n - magic, Inverse(magic), magic * magic % _n, Decode(captured[Seraph.Key]) })
        {
            Assert.Equal("BAD_MAGIC", await provider.Answer(captured.With(Seraph.Magic, Encode(x))));
        }

        Assert.Equal("OK fred", await provider.Answer(captured));
    }

    [Fact]
    public async Task Key_and_magic_plus_the_modulus_are_no_other_spellings()
    {
        // Shorter, so that a sum of the same length is found soon.
        ApplicationKeys weak = Fixture.OfBits(1024);
        BigInteger n = weak.PublicKey.Modulus;
        BigInteger limit = BigInteger.One << 1024;
        var provider = new Provider(Fixture.Trust(weak, ProtocolVersion.Atlassian2));
        Request request = Request.Of(ProtocolVersion.Atlassian2, keys: weak);
        while (Decode(request[Seraph.Key]) + n >= limit) request = Request.Of(ProtocolVersion.Atlassian2, keys: weak);

        string sum = Convert.ToBase64String(Fixture.ToBytes(Decode(request[Seraph.Key]) + n, 128));
        Assert.Equal("BAD_MAGIC", await provider.Answer(request.With(Seraph.Key, sum)));
        Assert.Equal("OK fred", await provider.Answer(request));

        BigInteger magicSum = Decode(request[Seraph.Magic]) + n;
        int length = magicSum < limit ? 128 : 129;
        Assert.Equal("BAD_MAGIC", await provider.Answer(request.With(Seraph.Magic, Convert.ToBase64String(Fixture.ToBytes(magicSum, length)))));
    }

    [Fact]
    public async Task A_signature_plus_the_modulus_is_no_other_spelling()
    {
        ApplicationKeys weak = Fixture.OfBits(1024);
        BigInteger n = weak.PublicKey.Modulus;
        var provider = new Provider(Fixture.Trust(weak, ProtocolVersion.Atlassian3));
        long stamp = Fixture.Stamp;
        Request request = Request.Of(ProtocolVersion.Atlassian3, keys: weak);
        while (Decode(request[Seraph.Signature]) + n >= BigInteger.One << 1024) request = Request.Of(ProtocolVersion.Atlassian3, keys: weak, stamp: ++stamp);

        string sum = Convert.ToBase64String(Fixture.ToBytes(Decode(request[Seraph.Signature]) + n, 128));
        Assert.Equal("BAD_SIGNATURE", await provider.Answer(request.With(Seraph.Signature, sum)));
        Assert.Equal("OK fred", await provider.Answer(request));
    }

    [Theory]
    [MemberData(nameof(LegacyVersions))]
    public async Task Numbers_of_which_anybody_knows_the_signature_sign_nothing(string name)
    {
        var version = ProtocolVersion.Parse(name);
        if (version == ProtocolVersion.Atlassian1) version = ProtocolVersion.Atlassian2; // version 1 is not signed
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version));
        Request request = Request.Of(version);
        string header = version == ProtocolVersion.Warwick ? WarwickHeader.Signature : Seraph.Signature;
        BigInteger signature = Decode(request[header]);
        foreach (BigInteger x in new[] { 0, 1, _n - 1, _n - signature, Inverse(signature), signature * signature % _n, Draw() })
        {
            Assert.Equal("BAD_SIGNATURE", await provider.Answer(request.With(header, Encode(x))));
        }
    }

    [Fact]
    public void Keys_with_a_small_exponent_cannot_be_trusted()
    {
        // With e = 3 every number below the cube root is a Key that anybody can take the root of.
        foreach (bool allowWeak in new[] { false, true })
        {
            var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], AllowWeakKeys = allowWeak };
            Assert.Throws<ArgumentException>(() => new TrustedApplication("wiki", Der.KeyOf(2048, 3), conditions));
            Assert.Throws<ArgumentException>(() => new TrustedApplication("wiki", Der.KeyOf(2048, 17), conditions));
        }
    }

    [Fact]
    public async Task Keys_of_1024_bits_are_trusted_only_where_the_trust_says_so()
    {
        ApplicationKeys weak = Fixture.OfBits(1024);
        Assert.Throws<ArgumentException>(() => Fixture.Trust(weak, new TrustConditions { Addresses = ["*"], Urls = ["*"] }));
        var allowed = new TrustConditions { Addresses = ["*"], Urls = ["*"], AllowWeakKeys = true };
        Assert.Equal("OK fred", await new Provider(Fixture.Trust(weak, allowed)).Answer(Request.Of(ProtocolVersion.Atlassian3, keys: weak)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task One_trusted_application_cannot_speak_for_another(string name)
    {
        var version = ProtocolVersion.Parse(name);
        var provider = new Provider(Fixture.Trust(Fixture.Wiki, version), Fixture.Trust(Fixture.Blog, version));
        Request request = Request.Of(version, keys: Fixture.Blog);
        Assert.Equal("OK fred", await provider.Answer(request));
        Verdict verdict = await provider.Verify(request.With(version == ProtocolVersion.Warwick ? WarwickHeader.Id : Seraph.Id, "wiki"));
        ErrorCode[] codes = version.IsLegacy ? [ErrorCode.BadMagic, ErrorCode.BadSignature] : [ErrorCode.BadGrant];
        Assert.Contains(verdict.Rejection!.Value.Code, codes);
    }

    private static (Provider Provider, Request Captured) Capture(string name)
    {
        var version = ProtocolVersion.Parse(name);
        return (new Provider(Fixture.Trust(Fixture.Wiki, version)), Request.Of(version));
    }

    private static BigInteger Draw()
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(256);
        return Fixture.ToNumber(bytes) % _n;
    }

    private static BigInteger Inverse(BigInteger number)
    {
        (BigInteger remainder, BigInteger next, BigInteger inverse, BigInteger nextInverse) = (_n, number, 0, 1);
        while (!next.IsZero)
        {
            BigInteger quotient = remainder / next;
            (remainder, next) = (next, remainder - (quotient * next));
            (inverse, nextInverse) = (nextInverse, inverse - (quotient * nextInverse));
        }

        return inverse.Sign < 0 ? inverse + _n : inverse;
    }

    private static BigInteger Decode(string base64) => Fixture.ToNumber(Convert.FromBase64String(base64));

    private static string Encode(BigInteger number) => Convert.ToBase64String(Fixture.ToBytes(number, 256));
}
