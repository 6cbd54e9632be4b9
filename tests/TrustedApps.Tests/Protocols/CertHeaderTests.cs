using TrustedApps.Protocols;

namespace TrustedApps.Tests.Protocols;

public class CertHeaderTests
{
    [Fact]
    public void It_is_at_most_16384_characters_long()
    {
        Assert.False(CertHeader.IsTooLong(new string('A', 16_384)));
        Assert.True(CertHeader.IsTooLong(new string('A', 16_385)));
    }

    [Fact]
    public void It_is_canonical_base64()
    {
        Assert.True(CertHeader.TryDecode("QUJD", out Span<byte> bytes));
        Assert.Equal("ABC"u8, bytes);
        Assert.False(CertHeader.TryDecode("QUJD\n", out bytes));
        Assert.True(bytes.IsEmpty);
        Assert.False(CertHeader.TryDecode("QUJ", out _));
    }
}
