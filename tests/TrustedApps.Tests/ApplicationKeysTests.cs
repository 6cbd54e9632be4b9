using System.Security.Cryptography;

namespace TrustedApps.Tests;

public class ApplicationKeysTests
{
    [Fact]
    public void A_new_key_has_3072_bits_when_nothing_is_said()
    {
        var keys = ApplicationKeys.Generate("wiki");
        Assert.Equal("wiki", keys.Id);
        Assert.Equal(3072, keys.PublicKey.Bits);
        Assert.Equal(65537, keys.PublicKey.Exponent);
        Assert.Null(keys.PublicKey.Weakness);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2048)]
    [InlineData(1024)]
    [InlineData(2047)]
    [InlineData(2049)]
    [InlineData(8192)]
    public void A_new_key_has_2048_3072_or_4096_bits(int bits)
    {
        Assert.Throws<ArgumentOutOfRangeException>(nameof(bits), () => ApplicationKeys.Generate("wiki", bits));
        Assert.Equal(2048, Fixture.Wiki.PublicKey.Bits);
    }

    [Fact]
    public void A_bad_id_is_a_mistake()
    {
        string pem = Pem(Fixture.Wiki.Parameters);
        Assert.Throws<ArgumentException>(() => ApplicationKeys.Generate("wi\nki", 2048));
        Assert.Throws<ArgumentException>(() => ApplicationKeys.Import("", pem));
        Assert.Throws<ArgumentException>(() => ApplicationKeys.Import(new string('a', 256), pem));
        Assert.Throws<ArgumentNullException>(() => ApplicationKeys.Import(null!, pem));
    }

    [Fact]
    public void A_key_of_another_program_is_taken_over()
    {
        var keys = ApplicationKeys.Import("taken", Pem(Fixture.Wiki.Parameters));
        Assert.Equal("taken", keys.Id);
        Assert.Equal(Fixture.Wiki.PublicKey, keys.PublicKey);
    }

    [Fact]
    public void A_key_that_no_trust_could_rest_on_is_refused()
    {
        using RSA small = RSA.Create(1016);
        Assert.Throws<ArgumentException>(() => ApplicationKeys.Import("wiki", small.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<ArgumentException>(() => new ApplicationKeys("wiki", WithSmallExponent()));
        Assert.Equal(1024, ApplicationKeys.Import("wiki", Pem(Fixture.OfBits(1024).Parameters)).PublicKey.Bits);
    }

    [Fact]
    public void Parts_that_are_missing_or_do_not_belong_together_are_refused()
    {
        RSAParameters good = Fixture.Wiki.Parameters;
        RSAParameters other = Fixture.Blog.Parameters;
        RSAParameters[] bad =
        [
            default,
            new() { Modulus = good.Modulus, Exponent = good.Exponent },
            new() { Modulus = [], Exponent = good.Exponent, D = good.D, P = good.P, Q = good.Q, DP = good.DP, DQ = good.DQ, InverseQ = good.InverseQ },
            new() { Modulus = good.Modulus, Exponent = good.Exponent, D = good.D, P = good.P, Q = good.Q, DP = good.DP, DQ = good.DQ, InverseQ = [] },
            new() { Modulus = other.Modulus, Exponent = good.Exponent, D = good.D, P = good.P, Q = good.Q, DP = good.DP, DQ = good.DQ, InverseQ = good.InverseQ },
            new() { Modulus = good.Modulus, Exponent = good.Exponent, D = other.D, P = good.P, Q = good.Q, DP = good.DP, DQ = good.DQ, InverseQ = good.InverseQ },
            new() { Modulus = good.Modulus, Exponent = good.Exponent, D = good.D, P = good.P, Q = good.Q, DP = other.DP, DQ = good.DQ, InverseQ = good.InverseQ },
            new() { Modulus = good.Modulus, Exponent = good.Exponent, D = good.D, P = good.P, Q = good.Q, DP = good.DP, DQ = good.DQ, InverseQ = other.InverseQ },
        ];
        Assert.All(bad, parts =>
        {
            var refused = Assert.Throws<ArgumentException>(() => new ApplicationKeys("wiki", parts));
            Assert.Contains("The private key is incomplete, or its parts do not belong together.", refused.Message, StringComparison.Ordinal);
            Assert.Null(refused.InnerException);
        });
    }

    [Fact]
    public void Its_text_shows_id_and_thumbprint_and_nothing_else() =>
        Assert.Equal($"wiki ({Fixture.Wiki.PublicKey.Thumbprint})", Fixture.Wiki.ToString());

    [Fact]
    public void No_public_member_gives_the_private_part_away() => Assert.Equal(
        ["Id", "PublicKey"], typeof(ApplicationKeys).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal).ToArray());

    [Fact]
    public void Signing_with_a_hash_of_the_wrong_length_throws_and_does_not_spoil_the_key()
    {
        Assert.ThrowsAny<CryptographicException>(() => Fixture.Wiki.SignHash(new byte[3], HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1));
        byte[] hash = Craft.Sha1("text");
        byte[] signature = Fixture.Wiki.SignHash(hash, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);
        Assert.True(Fixture.Wiki.PublicKey.VerifyHash(hash, signature, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1));
    }

    private static string Pem(RSAParameters parameters)
    {
        using RSA rsa = RSA.Create(parameters);
        return rsa.ExportPkcs8PrivateKeyPem();
    }

    // From the same primes, with the smallest exponent that they allow: 3 or a little more.
    private static RSAParameters WithSmallExponent()
    {
        RSAParameters key = Fixture.Wiki.Parameters;
        System.Numerics.BigInteger p = Fixture.ToNumber(key.P), q = Fixture.ToNumber(key.Q), phi = (p - 1) * (q - 1);
        int exponent = Enumerable.Range(3, 1000).First(candidate => System.Numerics.BigInteger.GreatestCommonDivisor(phi, candidate).IsOne);
        System.Numerics.BigInteger d = Enumerable.Range(1, exponent).Select(k => (k * phi) + 1).First(product => product % exponent == 0) / exponent;
        key.Exponent = Fixture.ToBytes(exponent, exponent > 255 ? 2 : 1);
        key.D = Fixture.ToBytes(d, 256);
        key.DP = Fixture.ToBytes(d % (p - 1), 128);
        key.DQ = Fixture.ToBytes(d % (q - 1), 128);
        return key;
    }
}
