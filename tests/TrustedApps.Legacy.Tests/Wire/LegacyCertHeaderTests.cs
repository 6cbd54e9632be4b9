using TrustedApps.Legacy.Wire;
using TrustedApps.Protocols;

namespace TrustedApps.Legacy.Tests.Wire;

public class LegacyCertHeaderTests
{
    [Fact]
    public void It_is_at_most_16384_characters_long()
    {
        Assert.False(LegacyCertHeader.IsTooLong(new string('A', 16_384)));
        Assert.True(LegacyCertHeader.IsTooLong(new string('A', 16_385)));
    }

    [Fact]
    public void It_is_canonical_base64()
    {
        Assert.True(LegacyCertHeader.TryDecode("QUJD", out Span<byte> bytes));
        Assert.Equal("ABC"u8, bytes);
        Assert.False(LegacyCertHeader.TryDecode("QUJD\n", out bytes));
        Assert.True(bytes.IsEmpty);
        Assert.False(LegacyCertHeader.TryDecode("QUJ", out _));
    }
}
