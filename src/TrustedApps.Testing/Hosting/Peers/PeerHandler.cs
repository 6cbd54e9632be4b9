using Microsoft.Extensions.DependencyInjection;
using TrustedApps.Client;
using TrustedApps.Keys;
using TrustedApps.Testing.Hosting.Requests;

namespace TrustedApps.Testing.Hosting.Peers;

/// <summary>The primary handler of a trusted client whose provider runs in the same process.</summary>
internal sealed class PeerHandler(TestPeer peer, TrustedAppClientOptions options, IServiceProvider services)
    : HttpMessageHandler
{
    private readonly SemaphoreSlim _gate = new(1);
    private HttpMessageInvoker? _transport;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpMessageInvoker transport =
            Volatile.Read(ref _transport) ?? await ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _transport?.Dispose();
            _gate.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<HttpMessageInvoker> ConnectAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_transport is { } known) return known;
            var baseUrl = BaseUrl.Parse(options.BaseUrl ?? "");
            TestHost host = await peer.StartAsync(baseUrl, services).ConfigureAwait(false);
            ApplicationKeys keys = await GetKeysAsync(cancellationToken).ConfigureAwait(false);
            return _transport = new HttpMessageInvoker(new HostTransport(host, host.GetScheme(), baseUrl)
            {
                Demands = peer.DemandsOf(host, keys, options.Scopes),
            });
        }
        finally
        {
            _gate.Release();
        }
    }

    private async ValueTask<ApplicationKeys> GetKeysAsync(CancellationToken cancellationToken)
    {
        if (options.Keys is { } keys) return keys;
        IKeyStore store = options.KeyStore ?? services.GetRequiredService<IKeyStore>();
        await store.LoadAsync(cancellationToken).ConfigureAwait(false);
        return store.Keys;
    }
}
