using TrustedApps.AspNetCore.Certificates;
using TrustedApps.AspNetCore.Startup;

namespace TrustedApps.AspNetCore.Tests.Startup;

public class JoinedTrustStoreTests
{
    private static readonly InMemoryTrustStore _configured = new(Fixture.Trust(TestKeys.Wiki, ProtocolVersion.Version4));

    [Fact]
    public void It_counts_the_trusts_of_configuration_and_of_the_store()
    {
        Assert.Equal((1, 0), CountsOf(new JoinedTrustStore(_configured, new PendingTrusts(), store: null)));
        Assert.Equal((2, 0), CountsOf(new JoinedTrustStore(_configured, new PendingTrusts(), new InMemoryTrustStore(Fixture.Trust(TestKeys.Blog, ProtocolVersion.Version4)))));
        Assert.Equal((3, 2), CountsOf(new JoinedTrustStore(_configured, new PendingTrusts(), new CountingStore())));
        Assert.Equal((null, 0), CountsOf(new JoinedTrustStore(_configured, new PendingTrusts(), new SilentStore())));
    }

    private static (int?, int) CountsOf(ITrustStore trusts) => (trusts.Count, trusts.PendingCount);

    private sealed class CountingStore : ITrustStore
    {
        public int? Count => 2;

        public int PendingCount => 2;

        public TrustedApplication? Find(string applicationId) => null;
    }

    private sealed class SilentStore : ITrustStore
    {
        public TrustedApplication? Find(string applicationId) => null;
    }
}
