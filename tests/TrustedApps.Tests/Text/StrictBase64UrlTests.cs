using System.Buffers.Text;
using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class StrictBase64UrlTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly Gen<string> _nearlyBase64Url = Generators.Mutate(
        Generators.Bytes(40).Select(bytes => Base64Url.EncodeToString(bytes)),
        Gen.OneOf(Gen.Elements((Alphabet + "=+/").ToCharArray()), Gen.Elements(" \t\r\n\v\f\u00A0\0=\uFF21".ToCharArray())));

    [Property(MaxTest = 5000)]
    public Property Whatever_decodes_is_what_an_encoder_writes_for_those_bytes() => ForAll.In(
        _nearlyBase64Url,
        text => !StrictBase64Url.TryDecode(text, out byte[]? bytes) || Base64Url.EncodeToString(bytes) == text);

    [Property]
    public Property Whatever_an_encoder_writes_decodes_to_the_same_bytes() => ForAll.In(
        Generators.Bytes(300),
        bytes => StrictBase64Url.TryDecode(Base64Url.EncodeToString(bytes), out byte[]? read) && read.SequenceEqual(bytes));

    [Fact]
    public void Of_all_last_characters_only_those_without_spare_bits_are_accepted()
    {
        foreach (char last in Alphabet)
        {
            Assert.Equal("AQgw".Contains(last), StrictBase64Url.TryDecode($"A{last}", out _));
            Assert.Equal("AEIMQUYcgkosw048".Contains(last), StrictBase64Url.TryDecode($"AA{last}", out _));
            Assert.True(StrictBase64Url.TryDecode($"AAA{last}", out _));
            Assert.False(StrictBase64Url.TryDecode($"AAAA{last}", out _)); // no byte has six bits
        }
    }

    [Theory]
    [InlineData("QR")] // spare bits
    [InlineData("QQF")]
    [InlineData("QQ==")] // padding
    [InlineData("QQE=")]
    [InlineData("=")]
    [InlineData("====")]
    [InlineData("Q")]
    [InlineData("QQEBQ")]
    [InlineData("QQ\n")] // white space, also such that the length fits
    [InlineData(" QQ")]
    [InlineData("QQ  ")]
    [InlineData("QQEB    ")]
    [InlineData("\t\t\t\tQQEB")]
    [InlineData("QQ\r\nEB")]
    [InlineData("    ")]
    [InlineData("QQ+/")] // the other alphabet
    [InlineData("QQ\0\0")]
    [InlineData("\uFF31\uFF31\uFF25\uFF22")]
    public void Other_spellings_are_refused(string text)
    {
        Assert.False(StrictBase64Url.TryDecode(text, out byte[]? bytes));
        Assert.Null(bytes);
        Assert.False(StrictBase64Url.TryDecode(text, new byte[100], out int _));
    }

    [Fact]
    public void The_empty_text_is_no_bytes()
    {
        Assert.True(StrictBase64Url.TryDecode("", out byte[]? bytes));
        Assert.Empty(bytes);
    }

    [Property]
    public Property An_exact_length_is_kept_to() => ForAll.In(
        Generators.Bytes(40),
        bytes =>
        {
            string text = Base64Url.EncodeToString(bytes);
            return StrictBase64Url.TryDecodeExactly(text, new byte[bytes.Length])
                && !StrictBase64Url.TryDecodeExactly(text, new byte[bytes.Length + 1])
                && (bytes.Length == 0 || !StrictBase64Url.TryDecodeExactly(text, new byte[bytes.Length - 1]));
        });
}
