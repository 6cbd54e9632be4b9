namespace TrustedApps.Legacy.Tests;

public class LegacyProtocolsTests
{
    [Fact]
    public void Every_older_version_is_there_once() =>
        Assert.Equal(ProtocolVersion.All.Where(version => version.IsLegacy), LegacyProtocols.All.Select(protocol => protocol.Version));

    [Fact]
    public void Each_is_found_by_its_version()
    {
        Assert.All(LegacyProtocols.All, protocol => Assert.Same(protocol, LegacyProtocols.Find(protocol.Version)));
        Assert.All(LegacyProtocols.All, protocol => Assert.Equal(protocol.Version.Name, protocol.ToString()));
        Assert.Throws<ArgumentException>("version", () => LegacyProtocols.Find(ProtocolVersion.Version4));
    }
}
