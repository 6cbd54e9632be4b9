using System.Numerics;
using System.Security.Cryptography;
using TrustedApps.Keys;
using TrustedApps.Legacy.Atlassian;

namespace TrustedApps.Legacy.Tests.Atlassian;

public class RawRsaTests
{
    public static TheoryData<int> Sizes { get; } = [1024, 1032, 2048];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_private_operation_agrees_with_another_implementation(int bits)
    {
        ApplicationKeys keys = KeysOf(bits);
        ForAll.Check(
            Messages(keys.PublicKey.ModulusLength - 1),
            message => RawRsa.Private(keys, message).SequenceEqual(Oracle.RawPrivate(keys, message)),
            runs: 12);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_public_operation_agrees_with_another_implementation(int bits)
    {
        RsaPublicKey key = KeysOf(bits).PublicKey;
        ForAll.Check(
            Messages(key.ModulusLength),
            input => RawRsa.TryPublic(key, input, out byte[] plaintext)
                ? Fixture.ToNumber(input) < key.Modulus && plaintext.SequenceEqual(Oracle.RawPublic(key, input))
                : Fixture.ToNumber(input) >= key.Modulus,
            runs: 40);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_public_operation_undoes_the_private_one(int bits)
    {
        ApplicationKeys keys = KeysOf(bits);
        Assert.True(RawRsa.TryPublic(keys.PublicKey, RawRsa.Private(keys, Craft.SecretKey), out byte[] plaintext));
        Assert.Equal(Craft.SecretKey, plaintext);
    }

    [Fact]
    public void A_number_that_is_not_less_than_the_modulus_is_no_other_spelling_of_one_that_is()
    {
        RsaPublicKey key = Fixture.Wiki.PublicKey;
        Assert.True(RawRsa.TryPublic(key, Fixture.ToBytes(key.Modulus - 1, 256), out byte[] plaintext));
        Assert.Equal(key.Modulus - 1, Fixture.ToNumber(plaintext)); // -1 to an odd power

        Assert.False(RawRsa.TryPublic(key, Fixture.ToBytes(key.Modulus, 256), out plaintext));
        Assert.Empty(plaintext);
        Assert.False(RawRsa.TryPublic(key, Fixture.ToBytes(key.Modulus + 1, 256), out plaintext));
        Assert.Empty(plaintext);
        Assert.False(RawRsa.TryPublic(key, [.. Enumerable.Repeat((byte)0xFF, 256)], out _));
    }

    [Fact]
    public void Under_an_even_modulus_nothing_opens()
    {
        var key = new RsaPublicKey([], Fixture.ToBytes(Fixture.Wiki.PublicKey.Modulus + 1, 256), [1, 0, 1]);
        Assert.False(RawRsa.TryPublic(key, Fixture.ToBytes(5, 256), out byte[] plaintext));
        Assert.Empty(plaintext);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(4_294_967_295)]
    public void Exponents_that_no_trust_allows_or_hardly_are_raised_to_as_well(long exponent)
    {
        BigInteger modulus = Fixture.Wiki.PublicKey.Modulus;
        var key = new RsaPublicKey([], Fixture.ToBytes(modulus, 256), ((BigInteger)exponent).ToByteArray(isUnsigned: true, isBigEndian: true));
        Assert.True(RawRsa.TryPublic(key, Fixture.ToBytes(modulus - 12_345, 256), out byte[] plaintext));
        Assert.Equal(BigInteger.ModPow(modulus - 12_345, exponent, modulus), Fixture.ToNumber(plaintext));
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(1, "01")]
    public void Zero_and_one_stay_what_they_are(int number, string plaintext)
    {
        Assert.True(RawRsa.TryPublic(Fixture.Wiki.PublicKey, Fixture.ToBytes(number, 256), out byte[] result));
        Assert.Equal(plaintext, Convert.ToHexString(result));
    }

    [Fact]
    public void The_result_of_the_private_operation_is_as_long_as_the_modulus()
    {
        ApplicationKeys keys = Fixture.OfBits(1024);
        BigInteger power = BigInteger.ModPow(5, keys.PublicKey.Exponent, keys.PublicKey.Modulus);
        Assert.Equal(Fixture.ToBytes(5, 128), RawRsa.Private(keys, Fixture.ToBytes(power, 128)));
    }

    [Fact]
    public void A_faulty_half_of_the_result_never_gets_out()
    {
        RSAParameters good = Fixture.OfBits(1024).LegacyKey.ExportParameters();
        Assert.Equal(128, Run(good).Length);
        Assert.Throws<CryptographicException>(() => Run(good with { DP = Changed(good.DP!) }));
        Assert.Throws<CryptographicException>(() => Run(good with { DQ = Changed(good.DQ!) }));

        static byte[] Run(RSAParameters key) => RawRsa.Private(Oracle.ToPrivateKey(key), Fixture.OfBits(1024).PublicKey, Craft.SecretKey);
        static byte[] Changed(byte[] number) => [.. number[..^1], (byte)(number[^1] ^ 2)];
    }

    [Fact]
    public void Each_private_operation_is_counted()
    {
        using var operations = new PrivateKeyOperations();
        RawRsa.Private(Fixture.Wiki, "a secret key"u8);
        Assert.Equal(1, operations.RawOperations);
    }

    [Fact]
    public void A_message_that_is_not_less_than_the_modulus_is_not_signed()
    {
        ApplicationKeys keys = Fixture.OfBits(1024);
        byte[] modulus = keys.PublicKey.ModulusBytes;
        Assert.Throws<CryptographicException>(() => RawRsa.Private(keys, modulus));
    }

    [Fact]
    public void Eight_threads_at_once_get_no_wrong_result()
    {
        ApplicationKeys keys = Fixture.OfBits(1024);
        int wrong = 0;
        Threads.Run(8, number =>
        {
            for (int round = 1; round <= 10; round++)
            {
                byte[] message = [(byte)(number + 1), (byte)round];
                bool same = RawRsa.TryPublic(keys.PublicKey, RawRsa.Private(keys, message), out byte[] plaintext) && plaintext.SequenceEqual(message);
                if (!same) Interlocked.Increment(ref wrong);
            }
        });
        Assert.Equal(0, wrong);
    }

    private static ApplicationKeys KeysOf(int bits) => bits == 2048 ? Fixture.Wiki : Fixture.OfBits(bits);

    // Few bytes, as in real life, and many; greater than 1, which BouncyCastle rejects.
    private static Gen<byte[]> Messages(int atMost) =>
        from length in Gen.OneOf(Gen.Elements(1, 11, 16), Gen.Choose(1, atMost), Gen.Constant(atMost))
        from first in Gen.Choose(2, 255)
        from rest in Gen.ArrayOf(Gen.Choose(0, 255), length - 1)
        select (byte[])[(byte)first, .. rest.Select(value => (byte)value)];
}
