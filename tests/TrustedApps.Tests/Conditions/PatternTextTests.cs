using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public class PatternTextTests
{
    [Fact]
    public void A_position_is_counted_from_one() => Assert.Equal(
        "URL pattern '/a/*b' is bad at position 4: why.", PatternText.Bad("URL pattern", "/a/*b", 3, "why.").Message);
}
