using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class StrictBase64Tests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private static readonly Gen<string> _nearlyBase64 = Generators.Mutate(
        Generators.Bytes(40).Select(Convert.ToBase64String),
        Gen.OneOf(Gen.Elements((Alphabet + "=-_").ToCharArray()), Gen.Elements(" \t\r\n\v\f\u00A0\0=Ａ".ToCharArray())));

    [Property(MaxTest = 5000)]
    public Property Whatever_decodes_is_what_an_encoder_writes_for_those_bytes() => ForAll.In(
        _nearlyBase64,
        text => !StrictBase64.TryDecode(text, out byte[]? bytes) || Convert.ToBase64String(bytes) == text);

    [Property]
    public Property Whatever_an_encoder_writes_decodes_to_the_same_bytes() => ForAll.In(
        Generators.Bytes(300),
        bytes => StrictBase64.TryDecode(Convert.ToBase64String(bytes), out byte[]? read) && read.SequenceEqual(bytes));

    [Fact]
    public void Of_all_last_characters_only_those_without_spare_bits_are_accepted()
    {
        foreach (char last in Alphabet)
        {
            Assert.Equal("AQgw".Contains(last), StrictBase64.TryDecode($"A{last}==", out _));
            Assert.Equal("AEIMQUYcgkosw048".Contains(last), StrictBase64.TryDecode($"AA{last}=", out _));
            Assert.True(StrictBase64.TryDecode($"AAA{last}", out _));
        }
    }

    [Theory]
    [InlineData("QR==")] // spare bits
    [InlineData("QQF=")]
    [InlineData("QQ")] // padding left out, or wrong
    [InlineData("QQ=")]
    [InlineData("QQ===")]
    [InlineData("QQE")]
    [InlineData("QQEB=")]
    [InlineData("Q===")]
    [InlineData("====")]
    [InlineData("=")]
    [InlineData("QQ==QQ==")]
    [InlineData("=QQ=")]
    [InlineData("QQ==\n")] // white space, also such that the length stays a multiple of four
    [InlineData("QQ  ==  ")]
    [InlineData("QQEB    ")]
    [InlineData("\t\t\t\tQQEB")]
    [InlineData("QQ\r\nEB\r\n")]
    [InlineData("    ")]
    [InlineData("QQ-_")] // the alphabet of URLs
    [InlineData("QQ\0\0")]
    [InlineData("ＱＱＥＢ")]
    public void Other_spellings_are_refused(string text)
    {
        Assert.False(StrictBase64.TryDecode(text, out byte[]? bytes));
        Assert.Null(bytes);
    }

    [Theory]
    [InlineData(382)] // 512 characters, of which the last two are padding
    [InlineData(384)]
    [InlineData(385)]
    [InlineData(766)]
    [InlineData(768)]
    [InlineData(1536)]
    [InlineData(5000)]
    public void A_long_text_is_decoded_as_a_whole(int length)
    {
        byte[] bytes = [.. Enumerable.Range(0, length).Select(value => (byte)(value * 7))];
        string text = Convert.ToBase64String(bytes);
        Assert.True(StrictBase64.TryDecode(text, out byte[]? read));
        Assert.Equal(bytes, read);
        Assert.False(StrictBase64.TryDecode(text, new byte[length - 1], out _));
        for (int place = 0; place < text.Length; place += 37)
        {
            Assert.All(["-", " ", "=", "\u0141"], other => Assert.False(StrictBase64.TryDecode(text.Remove(place, 1).Insert(place, other), out _)));
        }

        Assert.False(StrictBase64.TryDecode(text + text[..^4] + "QQ==" + text, out _));
    }

    [Fact]
    public void An_empty_text_stands_for_no_bytes()
    {
        Assert.True(StrictBase64.TryDecode("", out byte[]? bytes));
        Assert.Empty(bytes);
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(16, true)]
    [InlineData(17, false)] // as many characters as 16 bytes take
    [InlineData(18, false)]
    [InlineData(19, false)]
    [InlineData(0, false)]
    public void A_text_for_a_fixed_number_of_bytes_stands_for_exactly_that_many(int length, bool accepted) =>
        Assert.Equal(accepted, StrictBase64.TryDecodeExactly(Convert.ToBase64String(new byte[length]), new byte[16]));

    [Fact]
    public void A_text_that_fills_its_destination_only_in_part_is_refused()
    {
        Assert.False(StrictBase64.TryDecodeExactly(Convert.ToBase64String(new byte[16]), new byte[18]));
        Assert.False(StrictBase64.TryDecodeExactly(Convert.ToBase64String(new byte[17]), new byte[18]));
    }

    [Fact]
    public void A_destination_without_room_is_not_written_past() =>
        Assert.False(StrictBase64.TryDecode(Convert.ToBase64String(new byte[16]), new byte[15], out _));

    [Fact]
    public void A_missing_text_is_not_of_any_fixed_length() => Assert.False(StrictBase64.TryDecodeExactly(null, new byte[16]));
}
