using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TrustedApps.Tests;

public class ReplayMarkTests
{
    [Fact]
    public void A_digest_is_128_bits_of_SHA256_over_both_texts()
    {
        byte[] hash = SHA256.HashData(Encoding.Unicode.GetBytes("first\nsecond"));
        Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(hash), ReplayMark.Digest("first", "second"));
    }

    [Fact]
    public void A_number_is_digested_with_all_its_digits()
    {
        Assert.Equal(ReplayMark.Digest("key", "0000000000000000000000000000000f"), ReplayMark.Digest("key", (UInt128)15));
        Assert.Equal(ReplayMark.Digest("key", new string('f', 32)), ReplayMark.Digest("key", UInt128.MaxValue));
        Assert.NotEqual(ReplayMark.Digest("key", (UInt128)1), ReplayMark.Digest("key", UInt128.One << 64));
        Assert.NotEqual(ReplayMark.Digest("key", (UInt128)1), ReplayMark.Digest("other", (UInt128)1));
    }

    [Fact]
    public void Neither_text_runs_into_the_other()
    {
        Assert.NotEqual(ReplayMark.Digest("ab", "c"), ReplayMark.Digest("a", "bc"));
        Assert.NotEqual(ReplayMark.Digest("", "a"), ReplayMark.Digest("a", ""));
    }

    [Fact]
    public void What_the_buffer_held_before_does_not_matter() => Claims.Hold(
        from first in Generators.AnyText from second in Generators.AnyText select (first, second),
        texts =>
        {
            UInt128 digest = ReplayMark.Digest(texts.first, texts.second);
            ReplayMark.Digest(new string('x', 100), new string('y', 100));
            return ReplayMark.Digest(texts.first, texts.second) == digest;
        });
}
