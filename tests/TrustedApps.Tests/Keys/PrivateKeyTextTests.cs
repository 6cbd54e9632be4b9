using System.Security.Cryptography;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

public sealed class PrivateKeyTextTests : IDisposable
{
    private readonly RSA _rsa = RSA.Create(Fixture.Wiki.LegacyKey.ExportParameters());

    public void Dispose() => _rsa.Dispose();

    [Fact]
    public void Pem_of_either_kind_is_read()
    {
        AssertReads(_rsa.ExportPkcs8PrivateKeyPem());
        AssertReads(_rsa.ExportRSAPrivateKeyPem());
        AssertReads(" \r\n" + _rsa.ExportPkcs8PrivateKeyPem() + "\n\n");
        AssertReads(_rsa.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\r\n"));
    }

    [Fact]
    public void Base64_is_read_on_one_line_or_wrapped()
    {
        string base64 = Convert.ToBase64String(_rsa.ExportPkcs8PrivateKey());
        AssertReads(base64);
        AssertReads(base64 + "\n");
        AssertReads(Convert.ToBase64String(_rsa.ExportPkcs8PrivateKey(), Base64FormattingOptions.InsertLineBreaks));
    }

    [Fact]
    public void An_encrypted_key_is_refused()
    {
        var how = new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1);
        AssertRefuses(_rsa.ExportEncryptedPkcs8PrivateKeyPem("password", how));
        AssertRefuses(Convert.ToBase64String(_rsa.ExportEncryptedPkcs8PrivateKey("password", how)));

        string pem = _rsa.ExportRSAPrivateKeyPem();
        AssertRefuses(pem.Replace("KEY-----\nMII", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMII", StringComparison.Ordinal));
    }

    [Fact]
    public void Bytes_after_the_key_are_refused()
    {
        AssertRefuses(Convert.ToBase64String([.. _rsa.ExportPkcs8PrivateKey(), 0]));
        AssertRefuses(PemEncoding.WriteString("PRIVATE KEY", [.. _rsa.ExportPkcs8PrivateKey(), 0]));
        AssertRefuses(PemEncoding.WriteString("RSA PRIVATE KEY", [.. _rsa.ExportRSAPrivateKey(), 0]));
    }

    [Fact]
    public void Text_around_the_key_is_refused()
    {
        string pem = _rsa.ExportPkcs8PrivateKeyPem();
        AssertRefuses("key:\n" + pem);
        AssertRefuses(pem + "\nthat was it");
        AssertRefuses(pem + "\n" + pem);
        AssertRefuses("-----\n" + pem);
        AssertRefuses(_rsa.ExportSubjectPublicKeyInfoPem() + "\n" + pem);
    }

    [Fact]
    public void Other_keys_are_refused()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        AssertRefuses(ec.ExportPkcs8PrivateKeyPem());
        AssertRefuses(ec.ExportECPrivateKeyPem());
        AssertRefuses(_rsa.ExportSubjectPublicKeyInfoPem());
        AssertRefuses(_rsa.ExportRSAPublicKeyPem());
        AssertRefuses(Convert.ToBase64String(_rsa.ExportRSAPrivateKey())); // base64 stands for PKCS#8
        AssertRefuses(PemEncoding.WriteString("PRIVATE KEY", _rsa.ExportRSAPrivateKey()));
        AssertRefuses(PemEncoding.WriteString("RSA PRIVATE KEY", _rsa.ExportPkcs8PrivateKey()));
        AssertRefuses(PemEncoding.WriteString("OPENSSH PRIVATE KEY", _rsa.ExportPkcs8PrivateKey()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----")]
    [InlineData("c2VjcmV0")]
    [InlineData("c2VjcmV0c2VjcmU")]
    [InlineData("my secret")]
    public void Anything_else_is_refused_without_repeating_it(string text) => AssertRefuses(text);

    [Fact]
    public void Lenient_base64_is_refused()
    {
        string base64 = Convert.ToBase64String(_rsa.ExportPkcs8PrivateKey());
        AssertRefuses(base64.Insert(10, " "));
        AssertRefuses(base64.TrimEnd('=') + "====");
        AssertRefuses(base64.Replace('A', '-'));
    }

    [Fact]
    public void A_text_is_at_most_32768_characters_long()
    {
        string pem = _rsa.ExportPkcs8PrivateKeyPem();
        string end = "\n-----END PRIVATE KEY-----";
        string padded = pem[..^end.Length] + new string('\n', 32_768 - pem.Length) + end;
        AssertReads(padded);
        AssertRefuses(padded.Insert(40, "\n"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_key_of_three_primes_is_named(bool isPkcs8)
    {
        byte[] number = Der.Integer(5), triple = Der.Sequence(number, number, number);
        byte[] key = Der.Sequence([Der.Integer(1), .. Enumerable.Repeat(number, 8), Der.Sequence(triple)]);
        if (isPkcs8) key = Der.Sequence(Der.Integer(0), Der.Algorithm(Der.RsaEncryption), Der.Element(0x04, key));

        var refused = Assert.Throws<ArgumentException>(() => PrivateKeyText.Read(PemEncoding.WriteString(isPkcs8 ? "PRIVATE KEY" : "RSA PRIVATE KEY", key)));
        Assert.StartsWith("The RSA private key has more than two primes", refused.Message, StringComparison.Ordinal);
    }

    private static void AssertReads(string text) => Assert.Equal(Fixture.Wiki.LegacyKey.ExportParameters().D, PrivateKeyText.Read(text).D);

    private static void AssertRefuses(string text)
    {
        var refused = Assert.Throws<ArgumentException>(() => PrivateKeyText.Read(text));
        Assert.Equal(
            "The text is not an unencrypted RSA private key. It must be PEM with PRIVATE KEY or RSA PRIVATE KEY, or base64 of a DER PKCS#8.",
            refused.Message);
        Assert.Null(refused.InnerException);
    }
}
