namespace TrustedApps.Tests;

public class ProtocolVersionTests
{
    [Fact]
    public void There_are_five_versions()
    {
        Assert.Equal("1, 2, 3, 4, warwick", string.Join(", ", ProtocolVersion.All));
        Assert.Equal("1, 2, 3, 4, warwick", string.Join(", ", ProtocolVersion.All.Select(version => version.Name)));
    }

    [Fact]
    public void One_who_reads_a_request_of_version_1_or_2_can_make_others() =>
        Assert.Equal([ProtocolVersion.Atlassian1, ProtocolVersion.Atlassian2], ProtocolVersion.All.Where(version => version.IsForgeable));

    [Fact]
    public void All_but_version_4_are_legacy() => Assert.Equal([ProtocolVersion.Version4], ProtocolVersion.All.Where(version => !version.IsLegacy));

    [Fact]
    public void A_name_finds_the_one_value_of_that_version()
    {
        foreach (ProtocolVersion version in ProtocolVersion.All)
        {
            Assert.True(ProtocolVersion.TryParse(version.Name, out ProtocolVersion? found));
            Assert.Same(version, found);
            Assert.Same(version, ProtocolVersion.Parse(version.Name));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("5")]
    [InlineData("04")]
    [InlineData(" 2")]
    [InlineData("2 ")]
    [InlineData("+2")]
    [InlineData("02")]
    [InlineData("２")]
    [InlineData("v2")]
    [InlineData("Warwick")]
    public void Names_are_compared_character_for_character(string? name)
    {
        Assert.False(ProtocolVersion.TryParse(name, out ProtocolVersion? version));
        Assert.Null(version);
        var refused = Assert.Throws<ArgumentException>(() => ProtocolVersion.Parse(name!));
        Assert.Contains("say one of 1, 2, 3, 4, warwick.", refused.Message, StringComparison.Ordinal);
    }
}
