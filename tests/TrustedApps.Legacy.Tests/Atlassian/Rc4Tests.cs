using System.Text;
using TrustedApps.Legacy.Atlassian;

namespace TrustedApps.Legacy.Tests.Atlassian;

public class Rc4Tests
{
    [Theory]
    [InlineData("Key", "Plaintext", "BBF316E8D940AF0AD3")] // published ever since RC4 leaked in 1994
    [InlineData("Wiki", "pedia", "1021BF0420")]
    [InlineData("Secret", "Attack at dawn", "45A01F645FC35B383552544B9BF5")]
    public void Known_answers(string key, string plaintext, string ciphertext) =>
        Assert.Equal(ciphertext, Convert.ToHexString(Transform(Encoding.ASCII.GetBytes(key), Encoding.ASCII.GetBytes(plaintext))));

    [Property]
    public Property It_agrees_with_another_implementation() => ForAll.In(
        from key in Generators.Bytes(256)
        where key.Length > 0
        from data in Generators.Bytes(600)
        select (key, data),
        given => Transform(given.key, given.data).SequenceEqual(Oracle.Rc4(given.key, given.data)));

    [Fact]
    public void A_state_is_used_as_often_as_one_likes()
    {
        byte[] key = [1, 2, 3], expected = Transform(key, [4, 5, 6, 7]);
        var cipher = new Rc4(key);
        key[0] = 9; // what it was made of does not matter any more
        for (int time = 0; time < 3; time++)
        {
            byte[] data = [4, 5, 6, 7];
            cipher.Transform(data);
            Assert.Equal(expected, data);
        }
    }

    private static byte[] Transform(byte[] key, byte[] data)
    {
        byte[] result = [.. data];
        Rc4.Transform(key, result);
        return result;
    }
}
