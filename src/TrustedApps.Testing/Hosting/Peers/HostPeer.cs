using TrustedApps.Keys;
using TrustedApps.Testing.Hosting.Requests;

namespace TrustedApps.Testing.Hosting.Peers;

/// <summary>Another application under test.</summary>
internal sealed class HostPeer(Func<IServiceProvider> start, string? baseUrl, TrustConditions? conditions) : TestPeer
{
    public override string? BaseUrl => baseUrl;

    public override Task<TestHost> StartAsync(BaseUrl baseUrl, IServiceProvider consumer)
    {
        var host = TestHost.Of(start());
        IList<string> urls = host.GetScheme().Options.BaseUrls;
        return urls.Contains(baseUrl.Text) ? Task.FromResult(host) : throw new InvalidOperationException(
            $"The BaseUrl {baseUrl} of a trusted client is not one of the BaseUrls of the test provider that answers it ('{string.Join("', '", urls)}'), so it would reject each request with BAD_AUDIENCE. Set one of them in the test, such as builder.UseSetting(\"Tracker:BaseUrl\", ...)."
        );
    }

    public override IDemands DemandsOf(TestHost host, ApplicationKeys consumer, IEnumerable<string> scopes)
    {
        TestScheme scheme = host.GetScheme();
        TrustConditions chosen =
            conditions
            ?? TrustedClientOptions.Everything with { Scopes = [.. scopes.Distinct(StringComparer.Ordinal)] };
        return new OnceTrusted(scheme, consumer, chosen);
    }

    /// <summary>Trusts the consumer before its first request; a test may end or change the trust after it.</summary>
    private sealed class OnceTrusted(TestScheme scheme, ApplicationKeys consumer, TrustConditions conditions) : IDemands
    {
        private readonly Lazy<Task> _trust = new(() => scheme.TrustAsync(consumer, conditions).AsTask());

        public async ValueTask<RejectionDemand?> NextAsync(HttpRequestMessage request)
        {
            await _trust.Value.ConfigureAwait(false);
            return request.FindDemand();
        }

        public void Postpone()
        {
            // The request demands it again.
        }
    }
}
