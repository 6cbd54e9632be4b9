using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Testing.Hosting;

namespace TrustedApps.Testing.Peers;

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

        TestScheme scheme = await peer.StartAsync(baseUrl, services).ConfigureAwait(false);
        ApplicationCertificate certificate = await scheme.ToCertificateAsync().ConfigureAwait(false);
        return CertificateRecord.Establish(certificate, baseUrl, scheme.Time.GetUtcNow());
    }

    public Task<bool> ReplaceAsync(
        CertificateRecord record, CertificateRecord replacement, CancellationToken cancellationToken) =>
        own?.ReplaceAsync(record, replacement, cancellationToken) ?? Task.FromResult(false);
}
