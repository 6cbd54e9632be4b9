using TrustedApps.Keys;
using TrustedApps.Testing.Hosting;
using TrustedApps.Testing.Requests;

namespace TrustedApps.Testing.Peers;

/// <summary>Another application under test.</summary>
internal sealed class HostPeer(Func<IServiceProvider> start, string? baseUrl, TrustConditions? conditions) : TestPeer
{
    public override string? BaseUrl => baseUrl;

    public override Task<TestScheme> StartAsync(BaseUrl baseUrl, IServiceProvider consumer)
    {
        var host = TestHost.Of(start());
        if (host.FindSchemeAt(baseUrl) is { } scheme) return Task.FromResult(scheme);
        IEnumerable<string> urls = host.FindSchemes().SelectMany(name => host.GetScheme(name).Options.BaseUrls);
        throw new InvalidOperationException(
            $"The BaseUrl {baseUrl} of a trusted client is not one of the BaseUrls of the test provider that answers it ('{string.Join("', '", urls)}'), so it would reject each request with BAD_AUDIENCE. Set one of them in the test, such as builder.UseSetting(\"Tracker:BaseUrl\", ...)."
        );
    }

    public override IDemands DemandsOf(TestScheme scheme, ApplicationKeys consumer, IEnumerable<string> scopes)
    {
        scheme.AddScopes(consumer.Id, scopes);
        return new OnceTrusted(scheme, consumer, () => conditions ?? scheme.AllowAll(consumer.Id));
    }

    /// <summary>Trusts the consumer before its first request; a test may end or change the trust after it.</summary>
    private sealed class OnceTrusted(TestScheme scheme, ApplicationKeys consumer, Func<TrustConditions> conditions)
        : IDemands
    {
        private readonly Lazy<Task> _trust = new(() => scheme.TrustAsync(consumer, conditions).AsTask());

        public async ValueTask<RejectionDemand?> NextAsync(HttpRequestMessage request)
        {
            await _trust.Value.ConfigureAwait(false);
            return request.FindDemand();
        }

        public void Postpone(RejectionDemand demand)
        {
            // The request demands it again.
        }
    }
}
