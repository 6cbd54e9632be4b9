using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

public sealed class PrivateKeyTests
{
    private static readonly AsyncLocal<List<string>?> _operations = new();
    private static readonly byte[] _hash = SHA256.HashData("text"u8);

    [Fact]
    public void What_it_signs_its_public_key_verifies()
    {
        byte[] signature = SpareKeys.Signing(1).SignHashAsync(_hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pss, TestContext.Current.CancellationToken).Completed();
        Assert.True(SpareKeys.Signing(1).PublicKey.VerifyHash(_hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
        Assert.False(SpareKeys.Signing(2).PublicKey.VerifyHash(_hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    [Fact]
    public void What_its_public_key_encrypts_it_opens()
    {
        byte[] ciphertext = SpareKeys.Encrypting(1).PublicKey.Encrypt("a session key"u8);
        Assert.Equal("a session key"u8, SpareKeys.Encrypting(1).UnwrapAsync(ciphertext, TestContext.Current.CancellationToken).Completed()!);
    }

    [Fact]
    public void What_does_not_open_is_a_refusal_and_does_not_spoil_the_key()
    {
        PrivateKey key = SpareKeys.Encrypting(1);
        byte[] good = key.PublicKey.Encrypt("a session key"u8);
        using RSA rsa = RSA.Create(new RSAParameters { Modulus = key.PublicKey.ModulusBytes, Exponent = key.PublicKey.ExponentBytes });
        byte[][] bad =
        [
            [], new byte[1], new byte[255], new byte[257], new byte[256], [.. Enumerable.Repeat((byte)0xFF, 256)], good[1..], [.. good, 0], [0, .. good],
            [.. good[..^1], (byte)(good[^1] ^ 1)], key.PublicKey.ModulusBytes, SpareKeys.Encrypting(2).PublicKey.Encrypt("a session key"u8),
            rsa.Encrypt("a session key"u8.ToArray(), RSAEncryptionPadding.OaepSHA1), rsa.Encrypt("a session key"u8.ToArray(), RSAEncryptionPadding.Pkcs1),
        ];
        Assert.All(bad, ciphertext => Assert.Null(key.UnwrapAsync(ciphertext, TestContext.Current.CancellationToken).Completed()));
        Assert.Equal("a session key"u8, key.UnwrapAsync(good, TestContext.Current.CancellationToken).Completed()!);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(2040)]
    [InlineData(4104)]
    public void A_key_of_version_4_has_2048_to_4096_bits(int bits)
    {
        RSAParameters key = Fixture.OfBits(bits).LegacyKey.ExportParameters();
        Assert.Throws<ArgumentException>(() => new PrivateKey(KeyUse.Signature, key));
        Assert.Throws<ArgumentException>(() => new PrivateKey(KeyUse.Encryption, key));
    }

    [Fact]
    public void A_key_of_version_4_has_the_exponent_65537()
    {
        RSAParameters key = Fixture.WithExponent(SpareKeys.Signing(1).ExportParameters(), 4_294_967_295);
        Assert.Throws<ArgumentException>(() => new PrivateKey(KeyUse.Signature, key));
        Assert.Equal(KeyUse.Legacy, new PrivateKey(KeyUse.Legacy, key).Use);
    }

    [Fact]
    public void A_key_keeps_its_numbers_at_another_place_of_its_rotation()
    {
        PrivateKey retired = SpareKeys.Signing(1).As(KeyStatus.Retired, Fixture.Now);
        Assert.Equal(new ApplicationKey(KeyUse.Signature, KeyStatus.Retired, SpareKeys.Signing(1).PublicKey, Fixture.Now), retired.Description);
        byte[] signature = retired.SignHashAsync(_hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pss, TestContext.Current.CancellationToken).Completed();
        Assert.True(SpareKeys.Signing(1).PublicKey.VerifyHash(_hash, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    [Fact]
    public void Each_private_operation_is_counted()
    {
        Assert.Equal(["trusted_apps.private_key.operation=sign"], Count(() => SpareKeys.Signing(1).SignHashAsync(_hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pss, TestContext.Current.CancellationToken).Completed()));
        byte[] sha1 = Craft.Sha1("text");
        Assert.Equal(["trusted_apps.private_key.operation=sign"], Count(() => Fixture.Wiki.SignLegacyHashAsync(sha1, HashAlgorithmName.SHA1).Completed()));
        Assert.Equal(["trusted_apps.private_key.operation=decrypt"], Count(() => SpareKeys.Encrypting(1).UnwrapAsync(new byte[256]).Completed()));
        Assert.Empty(Count(() => SpareKeys.Encrypting(1).PublicKey.Encrypt("text"u8)));
        Assert.Empty(Count(() => SpareKeys.Encrypting(1).UnwrapAsync(new byte[255]).Completed())); // no operation: it cannot open
    }

    // Other tests run at the same time: only what happens on behalf of this one counts.
    private static List<string> Count(Action action)
    {
        List<string> operations = _operations.Value = [];
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "trusted_apps.private_key.operations") listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (_operations.Value == operations) operations.Add(string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")));
        });
        meters.Start();
        action();
        return operations;
    }
}
