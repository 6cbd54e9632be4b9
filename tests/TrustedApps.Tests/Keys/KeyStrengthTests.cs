using System.Numerics;
using TrustedApps.Keys;

namespace TrustedApps.Tests.Keys;

public class KeyStrengthTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(17, false)]
    [InlineData(65_535, false)]
    [InlineData(65_536, false)]
    [InlineData(65_537, true)]
    [InlineData(65_538, false)] // even
    [InlineData(65_539, true)]
    [InlineData(4_294_967_295, true)]
    [InlineData(4_294_967_296, false)]
    [InlineData(4_294_967_297, false)]
    [InlineData(long.MaxValue, false)]
    public void A_safe_exponent_is_odd_and_from_65537_to_2_to_the_32(long exponent, bool safe) =>
        Assert.Equal(safe, KeyStrength.IsSafeExponent(new BigInteger(exponent)));
}
