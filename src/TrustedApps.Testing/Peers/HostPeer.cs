using TrustedApps.Keys;
using TrustedApps.Testing.Hosting;
using TrustedApps.Testing.Requests;

namespace TrustedApps.Testing.Peers;

/// <summary>Another application under test.</summary>
internal sealed class HostPeer(Func<IServiceProvider> start, string? baseUrl, TrustConditions? conditions) : TestPeer
{
    public override string? BaseUrl => baseUrl;

    public override Task<TestHost> StartAsync(BaseUrl baseUrl, IServiceProvider consumer) =>
        Task.FromResult(TestHost.Of(start()));

    public override ValueTask TrustAsync(TestHost host, ApplicationKeys consumer, IEnumerable<string> scopes)
    {
        TestScheme scheme = host.GetScheme();
        if (conditions is null && scheme.Trusts.Find(consumer.Id) is not null) return ValueTask.CompletedTask;
        return scheme.TrustAsync(
            consumer, conditions ?? TrustedClientOptions.Everything with { Scopes = [.. scopes.Distinct()] });
    }

    public override RejectionDemand? FindDemand() => null;
}
