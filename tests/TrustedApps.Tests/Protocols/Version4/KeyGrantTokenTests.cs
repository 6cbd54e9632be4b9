using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using TrustedApps.Certificates;
using TrustedApps.Diagnostics;
using TrustedApps.Protocols.Version4;
using BouncyInteger = Org.BouncyCastle.Math.BigInteger;

namespace TrustedApps.Tests.Protocols.Version4;

public class KeyGrantTokenTests
{
    private static readonly KeyGrantRules _rules = new(Fixture.Tracker, [Fixture.Base], AcceptsAnyBaseUrl: false, Skew: 30, MaxLifetime: 3600);
    private static readonly TrustedApplication _trust = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4);

    [Fact]
    public void What_is_issued_is_read_signed_and_opened()
    {
        KeyGrant issued = Fixture.NewGrant();
        Assert.Null(KeyGrantToken.Read(issued.Token, _trust, _rules, Craft4.Now, out KeyGrantCandidate? candidate));
        Assert.True(KeyGrantToken.HasGoodSignature(candidate!));
        KeyGrant? opened = KeyGrantToken.OpenAsync(candidate!, "wiki", Fixture.Tracker, Fixture.Now, TestContext.Current.CancellationToken).Completed();
        Assert.Equal(
            (issued.Token, issued.Id, issued.IdBits, issued.IssuedAt, issued.ExpiresAt, issued.AssertionHeader),
            (opened!.Token, opened.Id, opened.IdBits, opened.IssuedAt, opened.ExpiresAt, opened.AssertionHeader));

        byte[] claims = "claims"u8.ToArray();
        string sealedClaims = AssertionToken.Seal(claims, issued, Fixture.Stamp)!;
        byte[] read = new byte[100];
        Assert.True(AssertionToken.TryOpen(sealedClaims, opened, read, out int length, out _));
        Assert.Equal("claims", Encoding.ASCII.GetString(read, 0, length));
    }

    [Fact]
    public void What_another_hand_makes_by_the_specification_is_read_too()
    {
        Assert.Null(Read(Craft4.Grant));
        string shuffled = $$"""{"typ":"trusted-app-grant+jwt","kid":"{{Fixture.Wiki.SigningKey.KeyId}}","alg":"PS256"}""";
        Assert.Null(Read(Craft4.Sign(Craft4.Claims(), shuffled)));
    }

    [Fact]
    public void Each_grant_has_an_id_and_a_key_of_its_own()
    {
        KeyGrant[] grants = [.. Enumerable.Range(0, 5).Select(_ => Fixture.NewGrant())];
        Assert.Equal(5, grants.Select(grant => grant.Id).Distinct().Count());
        string sealedByFirst = AssertionToken.Seal("x"u8.ToArray(), grants[0], Fixture.Stamp)!;
        Assert.All(grants[1..], other => Assert.False(AssertionToken.TryOpen(sealedByFirst, grants[0] with { RequestKey = other.RequestKey }, new byte[100], out _, out _)));
    }

    [Fact]
    public void A_grant_that_does_not_fit_into_its_header_is_not_issued()
    {
        BaseUrl longest = BaseUrl.Parse("https://tracker.example/" + new string('a', 7000));
        Assert.Throws<ArgumentException>(() => Fixture.NewGrant(baseUrl: longest));
    }

    public static TheoryData<string> BadHeaders { get; } =
    [
        "", "{}", "x", "[]", Craft4.GrantHeader + " ", " " + Craft4.GrantHeader, Craft4.GrantHeader.Replace("PS256", "RS256", StringComparison.Ordinal),
        Craft4.GrantHeader.Replace("PS256", "none", StringComparison.Ordinal), Craft4.GrantHeader.Replace("PS256", "HS256", StringComparison.Ordinal),
        Craft4.GrantHeader.Replace("PS256", "ps256", StringComparison.Ordinal), Craft4.GrantHeader.Replace("trusted-app-grant+jwt", "JWT", StringComparison.Ordinal),
        Craft4.GrantHeader.Replace("trusted-app-grant+jwt", "application/trusted-app-grant+jwt", StringComparison.Ordinal),
        Craft4.GrantHeader.Replace("trusted-app-grant+jwt", "trusted-app-cert+jwt", StringComparison.Ordinal),
        Craft4.GrantHeader.Replace("trusted-app-grant", "Trusted-App-Grant", StringComparison.Ordinal),
        Craft4.GrantHeader.Replace("}", ",\"crit\":[\"exp\"]}", StringComparison.Ordinal), Craft4.GrantHeader.Replace("}", ",\"x\":\"y\"}", StringComparison.Ordinal),
        Craft4.GrantHeader.Replace("}", ",\"alg\":\"PS256\"}", StringComparison.Ordinal), Craft4.GrantHeader.Replace("}", ",\"\\u0061lg\":\"PS256\"}", StringComparison.Ordinal),
        Craft4.GrantHeader.Replace("\"alg\":\"PS256\",", "", StringComparison.Ordinal), "{\"alg\":\"PS256\",\"typ\":\"trusted-app-grant+jwt\"}",
        $"{{\"alg\":\"PS256\",\"kid\":\"{Fixture.Wiki.SigningKey.KeyId}\"}}",
    ];

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void A_protected_header_holds_exactly_its_three_members(string header)
    {
        Rejection? refusal = Read(Craft4.Sign(Craft4.Claims(), header));
        Assert.Equal("BAD_GRANT", refusal?.ToString());
        Assert.Contains("protected header", refusal!.Value.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData(".")]
    public void What_is_no_compact_JWS_is_refused(string token) => Assert.Equal("BAD_GRANT", Read(token)?.ToString());

    [Fact]
    public void It_is_signed_with_a_signing_key_on_record()
    {
        Rejection? stranger = Read(Craft4.Sign(Craft4.Claims(), keys: Fixture.Blog));
        Assert.True(stranger?.IsBecause(RejectionReason.GrantKeyUnknown));
        string encryptionKey = Fixture.Wiki.ToCertificate().EncryptionKeys[0].Thumbprint;
        foreach (string keyId in new[] { encryptionKey, Fixture.Wiki.PublicKey.Thumbprint, "", Fixture.Wiki.SigningKey.KeyId + "=" })
        {
            string header = Craft4.GrantHeader.Replace(Fixture.Wiki.SigningKey.KeyId, keyId, StringComparison.Ordinal);
            Assert.True(Read(Craft4.Sign(Craft4.Claims(), header))?.IsBecause(RejectionReason.GrantKeyUnknown), keyId);
        }
    }

    [Fact]
    public void A_key_that_an_administrator_removed_signs_nothing()
    {
        CertificateRecord record = Fixture.RecordOf(Fixture.Wiki);
        Assert.True(Read(Craft4.Grant, _trust.With(record.RemoveKey(Fixture.Wiki.SigningKey.KeyId)))?.IsBecause(RejectionReason.GrantKeyUnknown));
    }

    // Times: all bounds are inclusive.
    [Theory]
    [InlineData(30, 600, null)]
    [InlineData(31, 600, "FUTURE_CERT")]
    [InlineData(0, 1, null)]
    [InlineData(0, 0, "BAD_GRANT")]
    [InlineData(0, -1, "BAD_GRANT")]
    [InlineData(0, 3600, null)]
    [InlineData(0, 3601, "BAD_GRANT")]
    [InlineData(-60, 30, null)] // expired 30 seconds ago
    [InlineData(-61, 30, "OLD_CERT")]
    [InlineData(-3630, 3600, null)]
    [InlineData(-3631, 3600, "OLD_CERT")]
    public void Times_have_inclusive_bounds(long iat, long life, string? code)
    {
        long issued = Craft4.Now + iat;
        Assert.Equal(code, Read(Craft4.Sign(Craft4.Claims(iat: issued, exp: issued + life)))?.ToString());
        Assert.Equal(code, KeyGrantToken.CheckTime("wiki", issued, issued + life, _rules, Craft4.Now)?.ToString());
    }

    [Theory]
    [InlineData(8000, null)]
    [InlineData(8001, "BAD_GRANT")]
    public void It_has_at_most_8000_characters(int length, string? code)
    {
        BaseUrl longest = BaseUrl.Parse("https://tracker.example/" + new string('a', 4500));
        KeyGrantRules rules = _rules with { BaseUrls = [longest] };
        string claims = Craft4.Claims(@base: $"\"{longest.Text}\"");
        int rest = length - Craft4.Sign(claims).Length;
        string token = Craft4.Sign(claims) + new string('A', rest); // the signature is looked at later
        Assert.Equal(length, token.Length);
        Assert.Equal(code, KeyGrantToken.Read(token, _trust, rules, Craft4.Now, out _)?.ToString());
    }

    [Theory]
    [InlineData("AAECAwQFBgcICQoLDA0OD")] // 21 characters
    [InlineData("AAECAwQFBgcICQoLDA0ODwA")]
    [InlineData("AAECAwQFBgcICQoLDA0ODx")] // spare bits
    [InlineData("AAECAwQFBgcICQoLDA0OD=")]
    [InlineData("AAECAwQFBgcICQoLDA0OD+")]
    [InlineData("")]
    public void An_id_is_16_bytes(string jti) => Assert.Equal("BAD_GRANT", Read(Craft4.Sign(Craft4.Claims(jti: jti)))?.ToString());

    // The signature.
    [Fact]
    public void Only_PSS_with_SHA256_and_a_salt_of_32_bytes_is_a_signature()
    {
        Assert.True(IsSigned(Pss(new Sha256Digest(), 32)));
        Assert.False(IsSigned(Pss(new Sha256Digest(), 20)));
        Assert.False(IsSigned(Pss(new Sha256Digest(), 0)));
        Assert.False(IsSigned(Pss(new Sha256Digest(), 64)));
        Assert.False(IsSigned(Pss(new Sha512Digest(), 32)));
        Assert.False(IsSigned(Sign(RSASignaturePadding.Pkcs1, HashAlgorithmName.SHA256)));
        Assert.False(IsSigned(Sign(RSASignaturePadding.Pss, HashAlgorithmName.SHA384)));
        Assert.False(IsSigned(new byte[256]));
        Assert.False(IsSigned([]));
    }

    [Fact]
    public void A_signature_is_as_long_as_the_modulus_and_in_its_one_spelling()
    {
        string token = Craft4.Grant;
        foreach (string other in new[] { token + "A", token + "AAAA", token[..^1], token + "=", token + " ", token[..^1] + (char)(token[^1] + 1) })
        {
            Rejection? refusal = KeyGrantToken.Read(other, _trust, _rules, Craft4.Now, out KeyGrantCandidate? candidate);
            Assert.True(refusal is not null || !KeyGrantToken.HasGoodSignature(candidate!));
        }

        Assert.Null(KeyGrantToken.Read(token, _trust, _rules, Craft4.Now, out KeyGrantCandidate? good));
        Assert.True(KeyGrantToken.HasGoodSignature(good!));
    }

    [Fact]
    public void A_wrapped_key_of_another_issuer_does_not_open()
    {
        string jwe = Craft4.Wrap(Craft4.WrapHeaderOf("blog"));
        Assert.Null(KeyGrantToken.Read(Craft4.Sign(Craft4.Claims(jwe: jwe)), _trust, _rules, Craft4.Now, out KeyGrantCandidate? candidate));
        Assert.True(KeyGrantToken.HasGoodSignature(candidate!));
        Assert.Null(KeyGrantToken.OpenAsync(candidate!, "wiki", Fixture.Tracker, Fixture.Now, TestContext.Current.CancellationToken).Completed());
    }

    [Fact]
    public void It_shows_no_key() => Assert.Equal(Craft4.GrantId, Craft4.NewGrant().ToString());

    private static Rejection? Read(string token, TrustedApplication? trust = null) => KeyGrantToken.Read(token, trust ?? _trust, _rules, Craft4.Now, out _);

    private static readonly string _signed = $"{Craft4.Encode(Craft4.GrantHeader)}.{Craft4.Encode(Craft4.Claims())}";

    private static bool IsSigned(byte[] signature)
    {
        Assert.Null(KeyGrantToken.Read($"{_signed}.{Craft4.Encode(signature)}", _trust, _rules, Craft4.Now, out KeyGrantCandidate? candidate));
        return KeyGrantToken.HasGoodSignature(candidate!);
    }

    private static byte[] Sign(RSASignaturePadding padding, HashAlgorithmName algorithm)
    {
        using RSA rsa = RSA.Create(Fixture.Wiki.SigningKey.ExportParameters());
        return rsa.SignData(Encoding.ASCII.GetBytes(_signed), algorithm, padding);
    }

    private static byte[] Pss(Org.BouncyCastle.Crypto.IDigest digest, int saltLength)
    {
        RSAParameters rsa = Fixture.Wiki.SigningKey.ExportParameters();
        var signer = new PssSigner(new RsaBlindedEngine(), digest, saltLength);
        signer.Init(true, new RsaPrivateCrtKeyParameters(Big(rsa.Modulus), Big(rsa.Exponent), Big(rsa.D), Big(rsa.P), Big(rsa.Q), Big(rsa.DP), Big(rsa.DQ), Big(rsa.InverseQ)));
        byte[] text = Encoding.ASCII.GetBytes(_signed);
        signer.BlockUpdate(text, 0, text.Length);
        return signer.GenerateSignature();

        static BouncyInteger Big(byte[]? bytes) => new(1, bytes);
    }
}
