using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class TextDigestTests
{
    [Fact]
    public void A_digest_is_128_bits_of_SHA256_over_both_texts()
    {
        byte[] hash = SHA256.HashData(Encoding.Unicode.GetBytes("first\nsecond"));
        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(hash), TextDigest.Of("first", "second"));
    }

    [Fact]
    public void A_number_is_digested_with_all_its_digits()
    {
        Assert.Equal(TextDigest.Of("key", "0000000000000000000000000000000f"), TextDigest.Of("key", (UInt128)15));
        Assert.Equal(TextDigest.Of("key", new string('f', 32)), TextDigest.Of("key", UInt128.MaxValue));
        Assert.NotEqual(TextDigest.Of("key", (UInt128)1), TextDigest.Of("key", UInt128.One << 64));
        Assert.NotEqual(TextDigest.Of("key", (UInt128)1), TextDigest.Of("other", (UInt128)1));
    }

    [Fact]
    public void A_digest_is_of_all_bits_of_a_number_and_both_texts()
    {
        UInt128 number = UInt128.Parse("0102030405060708090a0b0c0d0e0f10", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        byte[] hash = SHA256.HashData([.. Enumerable.Range(1, 16).Select(value => (byte)value), .. Encoding.Unicode.GetBytes("first\nsecond")]);
        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(hash), TextDigest.Of(number, "first", "second"));
        Assert.NotEqual(TextDigest.Of(number, "ab", "c"), TextDigest.Of(number, "a", "bc"));
        Assert.NotEqual(TextDigest.Of(1, "a", "b"), TextDigest.Of(16, "a", "b"));
    }

    [Theory]
    [InlineData(255, 255)] // less than the stack has room for, as much, more
    [InlineData(255, 256)]
    [InlineData(256, 256)]
    [InlineData(5000, 16_384)]
    public void Texts_of_any_length_are_digested_as_a_whole(int first, int second)
    {
        byte[] hash = SHA256.HashData(Encoding.Unicode.GetBytes(new string('a', first) + "\n" + new string('b', second)));
        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(hash), TextDigest.Of(new string('a', first), new string('b', second)));
    }

    [Fact]
    public void Neither_text_runs_into_the_other()
    {
        Assert.NotEqual(TextDigest.Of("ab", "c"), TextDigest.Of("a", "bc"));
        Assert.NotEqual(TextDigest.Of("", "a"), TextDigest.Of("a", ""));
    }

    [Property]
    public Property What_the_buffer_held_before_does_not_matter() => ForAll.In(
        from first in Generators.AnyText from second in Generators.AnyText select (first, second),
        texts =>
        {
            UInt128 digest = TextDigest.Of(texts.first, texts.second);
            TextDigest.Of(new string('x', 100), new string('y', 100));
            return TextDigest.Of(texts.first, texts.second) == digest;
        });
}
