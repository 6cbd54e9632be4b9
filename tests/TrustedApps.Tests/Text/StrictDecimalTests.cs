using TrustedApps.Text;

namespace TrustedApps.Tests.Text;

public class StrictDecimalTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("007", 7)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Digits_are_read(string text, long expected)
    {
        Assert.True(StrictDecimal.TryParse(text, out long number));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12\0")]
    [InlineData("\0")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("1,000")]
    [InlineData("0x1")]
    [InlineData("1e3")]
    [InlineData("１２")]
    [InlineData("٣")]
    [InlineData("9223372036854775808")]
    public void Nothing_else_is(string text) => Assert.False(StrictDecimal.TryParse(text, out _));
}
