using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using TrustedApps.Client;

namespace TrustedApps.Testing.Hosting.Peers;

/// <summary>Sends the requests of each trusted client to the test provider that answers it.</summary>
internal sealed class PeerHandlerFilter(
    IEnumerable<TestPeer> peers, IOptionsMonitor<TrustedAppClientOptions> options, IServiceProvider services)
    : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (!builder.AdditionalHandlers.OfType<TrustedAppHandler>().Any()) return;
        TrustedAppClientOptions client = options.Get(builder.Name);
        if (TestPeer.Find(peers, client.BaseUrl) is not { } peer) return;
        builder.PrimaryHandler = new PeerHandler(peer, client, services);
    };
}
