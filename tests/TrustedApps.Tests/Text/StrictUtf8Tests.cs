using System.Text;
using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class StrictUtf8Tests
{
    private static readonly UTF8Encoding _throwing = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Theory]
    [InlineData("80")] // a continuation byte alone
    [InlineData("C3")] // cut off
    [InlineData("61E282")]
    [InlineData("C080")] // NUL in two bytes
    [InlineData("C1BF")]
    [InlineData("E080AF")] // a slash in three
    [InlineData("EDA080")] // half a surrogate pair
    [InlineData("EDB080")]
    [InlineData("F4908080")] // beyond U+10FFFF
    [InlineData("F5808080")]
    [InlineData("FE")]
    [InlineData("FF")]
    public void What_the_standard_forbids_is_refused_and_not_replaced(string hex)
    {
        Assert.False(StrictUtf8.TryDecode(Convert.FromHexString(hex), out string? text));
        Assert.Null(text);
    }

    [Property(MaxTest = 2000)]
    public Property Decoding_agrees_with_an_encoding_that_throws() => ForAll.In(
        Gen.OneOf(Generators.Bytes(6), Generators.WellFormedText.Select(Encoding.UTF8.GetBytes)),
        utf8 => StrictUtf8.TryDecode(utf8, out string? text) ? text == DecodeOrNull(utf8) : DecodeOrNull(utf8) is null);

    [Property(MaxTest = 2000)]
    public Property Encoding_agrees_with_an_encoding_that_throws() => ForAll.In(
        Generators.AnyText,
        text =>
        {
            byte[] utf8 = new byte[3 * text.Length];
            bool encoded = StrictUtf8.TryEncode(text, utf8, out int length);
            byte[]? expected = EncodeOrNull(text);
            return encoded ? utf8.AsSpan(0, length).SequenceEqual(expected) : expected is null;
        });

    [Fact]
    public void A_text_that_does_not_fit_is_refused() => Assert.False(StrictUtf8.TryEncode("éé", new byte[3], out _));

    private static string? DecodeOrNull(byte[] utf8)
    {
        try
        {
            return _throwing.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static byte[]? EncodeOrNull(string text)
    {
        try
        {
            return _throwing.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }
}
