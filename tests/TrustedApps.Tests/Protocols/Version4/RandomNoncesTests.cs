using TrustedApps.Protocols.Version4;

namespace TrustedApps.Tests.Protocols.Version4;

public class RandomNoncesTests
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
        byte[] nonce = new byte[RandomNonces.Size];
        RandomNonces.Next(nonce);
        return Convert.ToHexString(nonce);
    }
}
