namespace TrustedApps.Tests;

public class HeaderFamilyTests
{
    [Fact]
    public void The_names_are_those_of_the_specification()
    {
        Assert.Equal(
            [Seraph.Id, Seraph.Version, Seraph.Key, Seraph.Magic, Seraph.Cert, Seraph.Signature], HeaderFamily.Atlassian.RequestHeaders.ToArray());
        Assert.Equal([WarwickHeader.Id, WarwickHeader.Cert, WarwickHeader.Signature], HeaderFamily.Warwick.RequestHeaders.ToArray());
    }

    [Fact]
    public void Whoever_strips_headers_finds_all_of_them() =>
        Assert.Equal(HeaderFamily.All.SelectMany(family => family.RequestHeaders).ToArray(), AssertionHeaders.Names.ToArray());
}
