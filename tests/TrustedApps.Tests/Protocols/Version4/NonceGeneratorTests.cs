using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

public class NonceGeneratorTests
{
    [Fact]
    public void None_comes_twice_in_whatever_thread()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Threads.Run(4, _ =>
        {
            string[] drawn = [.. Enumerable.Range(0, 1000).Select(_ => Next())];
            lock (seen) seen.UnionWith(drawn);
        });
        Assert.Equal(4000, seen.Count);
    }

    [Fact]
    public void All_96_bits_are_drawn()
    {
        byte[] ones = new byte[12], zeros = new byte[12];
        for (int round = 0; round < 200; round++)
        {
            byte[] nonce = Convert.FromHexString(Next());
            for (int index = 0; index < 12; index++) (ones[index], zeros[index]) = ((byte)(ones[index] | nonce[index]), (byte)(zeros[index] | ~nonce[index]));
        }

        Assert.All(ones.Concat(zeros), bits => Assert.Equal(255, bits));
    }

    private static string Next()
    {
        byte[] nonce = new byte[NonceGenerator.Size];
        NonceGenerator.Next(nonce, Fixture.Stamp);
        return Convert.ToHexString(nonce);
    }

    [Theory, InlineData(51), InlineData(-1)]
    public void Nonces_that_are_older_than_the_clock_allows_are_thrown_away(int milliseconds)
    {
        Span<byte> first = stackalloc byte[NonceGenerator.Size], second = stackalloc byte[NonceGenerator.Size];
        NonceGenerator.Next(first, Fixture.Stamp);
        byte[] block = Block();
        NonceGenerator.Next(second, Fixture.Stamp + milliseconds);

        Assert.NotEqual(block, Block());
        Assert.Equal(Block()[..NonceGenerator.Size], second.ToArray());
    }

    [Fact]
    public void Nonces_that_are_not_go_on()
    {
        Span<byte> nonce = stackalloc byte[NonceGenerator.Size];
        NonceGenerator.Next(nonce, Fixture.Stamp + 1000);
        byte[] block = Block();
        NonceGenerator.Next(nonce, Fixture.Stamp + 1050);

        Assert.Equal(block, Block());
    }

    private static byte[] Block() =>
        [.. (byte[])typeof(NonceGenerator).GetField("_block", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.GetValue(null)!];
}
