using System.Security.Cryptography;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

// Reading: Keys/RsaKeyEncodingTests. Thumbprints: Keys/JwkThumbprintTests.
public class RsaPublicKeyTests
{
    private readonly RsaPublicKey _key = Fixture.Wiki.PublicKey;

    [Fact]
    public void A_key_is_read_from_canonical_base64()
    {
        string base64 = _key.ToBase64();
        Assert.Equal(Convert.ToBase64String(_key.SubjectPublicKeyInfo.Span), base64);
        Assert.Equal(_key, RsaPublicKey.Parse(base64));
        foreach (string bad in new[] { "", "rubbish", base64 + "\n", base64.Insert(64, "\n"), base64[..^4], base64 + "AAAA" })
        {
            Assert.False(RsaPublicKey.TryRead(bad.AsSpan(), out RsaPublicKey? key, out string? problem));
            Assert.Null(key);
            Assert.NotNull(problem);
            Assert.Contains(problem, Assert.Throws<ArgumentException>("base64", () => RsaPublicKey.Parse(bad)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Base64_is_at_most_4096_characters_long()
    {
        // With parameters of RSASSA-PSS, whose content does not matter, a key can be as long as one likes.
        byte[] numbers = Der.Sequence(Der.Integer(_key.ModulusBytes), Der.Integer(1, 0, 1));
        string Padded(int padding) => Convert.ToBase64String(
            Der.Sequence(Der.Algorithm("1.2.840.113549.1.1.10", Der.Sequence(Der.Element(0x04, new byte[padding]))), Der.Bits(numbers)));
        int room = Enumerable.Range(2500, 600).Last(padding => Padded(padding).Length <= 4096);
        Assert.Equal(_key, RsaPublicKey.Parse(Padded(room)));
        Assert.Throws<ArgumentException>(() => RsaPublicKey.Parse(Padded(room + 1)));
    }

    [Fact]
    public void A_fingerprint_is_compared_without_its_spaces()
    {
        Assert.Equal(_key.Thumbprint, _key.Fingerprint.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(11, _key.Fingerprint.Split(' ').Length);
        Assert.True(_key.HasFingerprint(_key.Fingerprint));
        Assert.True(_key.HasFingerprint(_key.Thumbprint));
        Assert.True(_key.HasFingerprint($" {_key.Thumbprint} "));
        Assert.False(_key.HasFingerprint(null));
        Assert.False(_key.HasFingerprint(""));
        Assert.False(_key.HasFingerprint(_key.Thumbprint[..^1]));
        Assert.False(_key.HasFingerprint(_key.Thumbprint + "A"));
        Assert.False(_key.HasFingerprint(_key.Thumbprint.ToUpperInvariant()));
        Assert.False(_key.HasFingerprint(Fixture.Blog.PublicKey.Fingerprint));
    }

    [Fact]
    public void Keys_are_equal_when_their_numbers_are()
    {
        var same = RsaPublicKey.Parse(_key.ToBase64());
        Assert.True(_key.Equals(same));
        Assert.True(_key.Equals((object)same));
        Assert.Equal(_key.GetHashCode(), same.GetHashCode());
        Assert.False(_key.Equals(Fixture.Blog.PublicKey));
        Assert.False(_key.Equals(null));
        Assert.False(_key.Equals((object)_key.Thumbprint));
        Assert.Equal(_key.Thumbprint, _key.ToString());
    }

    [Theory]
    [InlineData(2048, 65537, null)]
    [InlineData(2048, 4294967295, null)]
    [InlineData(2047, 65537, "The key has 2047 bits; a trust needs 2048.")]
    [InlineData(1024, 3, "The key has 1024 bits; a trust needs 2048.")]
    [InlineData(2048, 3, "The key's exponent is 3; a trust needs an odd one from 65537 to 4294967296.")]
    [InlineData(2048, 4294967297, "The key's exponent is 4294967297; a trust needs an odd one from 65537 to 4294967296.")]
    public void What_makes_a_key_weak_is_said(int bits, long exponent, string? weakness)
    {
        RsaPublicKey key = Der.KeyOf(bits, exponent);
        Assert.Equal((bits, exponent), (key.Bits, (long)key.Exponent));
        Assert.Equal(weakness, key.Weakness);
    }

    [Fact]
    public void Eight_threads_at_once_verify_and_sign_without_a_wrong_result()
    {
        byte[][] hashes = [.. Enumerable.Range(0, 16).Select(number => Craft.Sha1($"text {number}"))];
        byte[][] signatures = [.. hashes.Select(Sign)];
        int wrong = 0;
        Threads.Run(8, thread =>
        {
            for (int round = 0; round < 400; round++)
            {
                int number = (round + thread) % 16;
                if (!Verify(hashes[number], signatures[number])) Interlocked.Increment(ref wrong);
                if (Verify(hashes[(number + 1) % 16], signatures[number])) Interlocked.Increment(ref wrong);
                if (round % 8 == 0 && !Sign(hashes[number]).AsSpan().SequenceEqual(signatures[number])) Interlocked.Increment(ref wrong);
            }
        });
        Assert.Equal(0, wrong);
    }

    private static byte[] Sign(byte[] hash) => Fixture.Wiki.SignLegacyHashAsync(hash, HashAlgorithmName.SHA1).Completed();

    private bool Verify(byte[] hash, byte[] signature) => _key.VerifyHash(hash, signature, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);
}
