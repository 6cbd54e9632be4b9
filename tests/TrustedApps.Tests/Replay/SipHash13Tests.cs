using System.Buffers.Binary;
using TrustedApps.Replay;

namespace TrustedApps.Tests.Replay;

public class SipHash13Tests
{
    // Computed by CPython 3.11 or later, whose hash of bytes is SipHash-1-3 under the key zero with PYTHONHASHSEED=0.
    [Theory]
    [InlineData("000102030405060708090a0b0c0d0e0f", 0x8972188433a5c5b7)]
    [InlineData("00000000000000000000000000000000", 0x76be999e3e25b2a0)]
    [InlineData("ffffffffffffffffffffffffffffffff", 0x35029a3b6274a39b)]
    public void It_is_SipHash_1_3(string bytes, ulong hash) => Assert.Equal(hash, SipHash13.Of(Read(bytes), 0, 0));

    // By a program of its own that gives the values above under the key zero.
    [Theory]
    [InlineData("000102030405060708090a0b0c0d0e0f", 0xcc4fdd1a7d908b66)]
    [InlineData("00000000000000000000000000000000", 0x403e4b0d4f19f787)]
    [InlineData("ffffffffffffffffffffffffffffffff", 0x04c3a2db341281ec)]
    public void Under_its_key(string bytes, ulong hash) => Assert.Equal(hash, SipHash13.Of(Read(bytes), 0x0706050403020100, 0x0f0e0d0c0b0a0908));

    [Fact]
    public void The_key_of_the_process_is_not_one_that_everybody_knows()
    {
        Assert.NotEqual(SipHash13.Of(1, 0, 0), SipHash13.Of(1));
        Assert.Equal(SipHash13.Of(1), SipHash13.Of(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(116)]
    public void Marks_that_differ_in_a_few_bits_spread_over_tables_and_places(int shift)
    {
        ulong[] hashes = [.. Enumerable.Range(0, 4096).Select(number => SipHash13.Of((UInt128)number << shift))];
        Assert.All(hashes.CountBy(hash => hash % 16), table => Assert.InRange(table.Value, 128, 384)); // 256 on average
        Assert.All(hashes.CountBy(hash => hash >> 56), place => Assert.InRange(place.Value, 1, 64)); // 16 on average
    }

    private static UInt128 Read(string bytes) => BinaryPrimitives.ReadUInt128LittleEndian(Convert.FromHexString(bytes));
}
