using TrustedApps.Certificates;
using TrustedApps.Client;

namespace TrustedApps.Testing.Hosting.Peers;

/// <summary>The certificates of the test providers, and those of the application's own store.</summary>
internal sealed class PeerProviderStore(IEnumerable<TestPeer> peers, IServiceProvider services, IProviderStore? own)
    : IProviderStore
{
    public async Task<CertificateRecord?> FindAsync(BaseUrl baseUrl, CancellationToken cancellationToken)
    {
        if (TestPeer.Find(peers, baseUrl.Text) is not { } peer)
        {
            return own is null ? null : await own.FindAsync(baseUrl, cancellationToken).ConfigureAwait(false);
        }

        TestHost host = await peer.StartAsync(baseUrl, services).ConfigureAwait(false);
        TestScheme scheme = host.GetScheme();
        ApplicationCertificate certificate = await scheme.ToCertificateAsync().ConfigureAwait(false);
        return CertificateRecord.Establish(certificate, baseUrl, scheme.Time.GetUtcNow());
    }

    public Task<bool> ReplaceAsync(
        CertificateRecord record, CertificateRecord replacement, CancellationToken cancellationToken) =>
        own?.ReplaceAsync(record, replacement, cancellationToken) ?? Task.FromResult(false);
}
