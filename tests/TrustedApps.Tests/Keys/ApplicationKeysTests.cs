using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Security.Cryptography;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

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
        Assert.All(keys.Keys, key => Assert.Equal((3072, KeyStatus.Current), (key.PublicKey.Bits, key.Status)));
    }

    [Fact]
    public void New_keys_are_one_of_each_use()
    {
        Assert.Equal([KeyUse.Legacy, KeyUse.Signature, KeyUse.Encryption], Fixture.Wiki.Keys.Select(key => key.Use));
        Assert.Equal(3, Fixture.Wiki.Keys.Select(key => key.PublicKey.Modulus).Distinct().Count());
        Assert.Equal((true, true), (Fixture.Wiki.HasLegacyKey, Fixture.Wiki.HasVersion4Keys));
        Assert.Equal(Fixture.Wiki.Keys[1].PublicKey, Fixture.Wiki.SigningKey.PublicKey);
    }

    [Fact]
    public void New_keys_tell_when_they_were_made_in_whole_seconds()
    {
        var clock = new FakeTimeProvider(Fixture.Now.AddMilliseconds(999));
        Assert.Equal(Fixture.Now, ApplicationKeys.Generate("wiki", 2048, clock).ChangedAt);
    }

    [Theory]
    [InlineData("a wiki")]
    [InlineData("wiki/1")]
    [InlineData("w\u00EFki")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public void An_id_that_version_4_does_not_allow_gets_a_legacy_key_only(string id)
    {
        var keys = ApplicationKeys.Generate(id, 2048);
        Assert.Equal((id.Length, true, false), (keys.Id.Length, keys.HasLegacyKey, keys.HasVersion4Keys));
        Assert.Contains("1 to 128 characters", Assert.Throws<InvalidOperationException>(() => keys.SigningKey).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => keys.PublishNext(Fixture.Now, 2048));
        Assert.Throws<ArgumentException>(nameof(id), () => new ApplicationKeys(id, Fixture.Wiki.Ring));
    }

    [Fact]
    public void An_id_of_128_characters_of_every_allowed_kind_can_have_keys_of_version_4()
    {
        string id = "AZaz09._:-".PadRight(128, 'x');
        Assert.Equal(id, new ApplicationKeys(id, Fixture.Wiki.Ring).Id);
    }

    [Fact]
    public void Keys_that_are_missing_are_named_with_the_remedy()
    {
        ApplicationKeys old = ApplicationKeys.Import("wiki", Pem(Fixture.Wiki.LegacyKey.ExportParameters()));
        Assert.Equal((true, false), (old.HasLegacyKey, old.HasVersion4Keys));
        Assert.Contains("publish-next", Assert.Throws<InvalidOperationException>(() => old.SigningKey).Message, StringComparison.Ordinal);

        var young = new ApplicationKeys("wiki", new TrustedApps.Keys.KeyRing(Fixture.Wiki.Ring.Keys.Skip(1), Fixture.Now));
        Assert.Equal((false, true), (young.HasLegacyKey, young.HasVersion4Keys));
        Assert.Contains("keys import", Assert.Throws<InvalidOperationException>(() => young.PublicKey).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => young.ToLegacyCertificate());
        Assert.Equal($"wiki ({young.SigningKey.KeyId})", young.ToString());
    }

    [Fact]
    public void An_old_application_gets_keys_of_version_4_beside_its_own()
    {
        ApplicationKeys grown = ApplicationKeys.Import("wiki", Pem(Fixture.Wiki.LegacyKey.ExportParameters())).PublishNext(Fixture.Now, 2048);
        Assert.Equal(Fixture.Wiki.PublicKey, grown.PublicKey);
        Assert.Equal(Fixture.Now, grown.ChangedAt);
        Assert.Equal(grown.Keys[2].PublicKey, grown.FindEncryptionKey(grown.Keys[2].PublicKey.Thumbprint, Fixture.Now)!.PublicKey);
        ApplicationKeys rotated = grown.PublishNext(Fixture.Now, 2048).Rotate(Fixture.Now);
        Assert.Equal(Fixture.Wiki.PublicKey, rotated.PublicKey);
        Assert.NotEqual(grown.SigningKey.KeyId, rotated.SigningKey.KeyId);
        Assert.Throws<ArgumentOutOfRangeException>(() => grown.PublishNext(Fixture.Now, 1024));
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
        string pem = Pem(Fixture.Wiki.LegacyKey.ExportParameters());
        Assert.Throws<ArgumentException>(() => ApplicationKeys.Generate("wi\nki", 2048));
        Assert.Throws<ArgumentException>(() => ApplicationKeys.Import("", pem));
        Assert.Throws<ArgumentException>(() => ApplicationKeys.Import(new string('a', 256), pem));
        Assert.Throws<ArgumentNullException>(() => ApplicationKeys.Import(null!, pem));
    }

    [Fact]
    public void A_key_of_another_program_is_taken_over()
    {
        var keys = ApplicationKeys.Import("taken", Pem(Fixture.Wiki.LegacyKey.ExportParameters()));
        Assert.Equal("taken", keys.Id);
        Assert.Equal(Fixture.Wiki.PublicKey, keys.PublicKey);
    }

    [Fact]
    public void A_key_that_no_trust_could_rest_on_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ApplicationKeys.Import("wiki", Pem(ThrowAwayKeys.OfBits(1016))));
        Assert.Throws<ArgumentException>(() => new ApplicationKeys("wiki", WithSmallExponent()));
        Assert.Equal(1024, ApplicationKeys.Import("wiki", Pem(Fixture.OfBits(1024).LegacyKey.ExportParameters())).PublicKey.Bits);
    }

    [Fact]
    public void Parts_that_are_missing_or_do_not_belong_together_are_refused()
    {
        RSAParameters good = Fixture.Wiki.LegacyKey.ExportParameters();
        RSAParameters other = Fixture.Blog.LegacyKey.ExportParameters();
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
        ["ChangedAt", "HasLegacyKey", "HasVersion4Keys", "Id", "Keys", "PublicKey"], typeof(ApplicationKeys).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal).ToArray());

    [Fact]
    public void Signing_with_a_hash_of_the_wrong_length_throws_and_does_not_spoil_the_key()
    {
        Assert.ThrowsAny<CryptographicException>(() => Fixture.Wiki.SignLegacyHashAsync(new byte[3], HashAlgorithmName.SHA1, TestContext.Current.CancellationToken).Completed());
        byte[] hash = Craft.Sha1("text");
        byte[] signature = Fixture.Wiki.SignLegacyHashAsync(hash, HashAlgorithmName.SHA1, TestContext.Current.CancellationToken).Completed();
        Assert.True(Fixture.Wiki.PublicKey.VerifyHash(hash, signature, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public void The_legacy_key_is_exported_as_pkcs8_for_operations_without_padding()
    {
        byte[] exported = Fixture.Wiki.ExportLegacyKey();
        using RSA rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(exported, out int read);
        Assert.Equal(exported.Length, read);
        Assert.Equal(Fixture.Wiki.PublicKey.ToString(), ApplicationKeys.Import("wiki", rsa.ExportPkcs8PrivateKeyPem()).PublicKey.ToString());

        exported[^1] ^= 1; // the caller's own copy
        Assert.NotEqual(exported, Fixture.Wiki.ExportLegacyKey());
    }

    [Theory]
    [InlineData(nameof(ApplicationKeys.ExportLegacyKey))]
    [InlineData(nameof(ApplicationKeys.SignLegacyHashAsync))]
    public void What_only_older_versions_need_is_experimental(string method) => Assert.Equal(
        "TA0001", typeof(ApplicationKeys).GetMethod(method)!.GetCustomAttribute<ExperimentalAttribute>()?.DiagnosticId);

    private static string Pem(RSAParameters parameters)
    {
        using RSA rsa = RSA.Create(parameters);
        return rsa.ExportPkcs8PrivateKeyPem();
    }

    // From the same primes, with the smallest exponent that they allow: 3 or a little more.
    private static RSAParameters WithSmallExponent()
    {
        System.Numerics.BigInteger p = Fixture.ToNumber(Fixture.Wiki.LegacyKey.ExportParameters().P), q = Fixture.ToNumber(Fixture.Wiki.LegacyKey.ExportParameters().Q);
        return Fixture.WithExponent(Fixture.Wiki.LegacyKey.ExportParameters(), Enumerable.Range(3, 1000).First(candidate => System.Numerics.BigInteger.GreatestCommonDivisor((p - 1) * (q - 1), candidate).IsOne));
    }
}
