using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Protocols;

namespace TrustedApps.Legacy.Tests;

public class LegacyVersionsExtensionsTests
{
    [Fact]
    public void Every_version_is_registered_once_however_often_it_is_called()
    {
        IServiceCollection services = new ServiceCollection().AddLegacyVersions().AddLegacyVersions();
        using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Equal(LegacyProtocols.All, provider.GetServices<LegacyProtocol>());
    }
}
