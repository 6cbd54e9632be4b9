using Microsoft.Extensions.Hosting;
using TrustedApps.Certificates;
using TrustedApps.Hosting;

namespace TrustedApps.Storage.Certificates;

/// <summary>
/// Refreshes the certificates of the store's trusts while the host runs. The nodes of a store share the work.
/// </summary>
internal sealed class StoredCertificateRefresh(CertificateRefresher refresher, CertificateClient client)
    : BackgroundService, ITrustedRequestObserver
{
    public void Observe(in ObservedRequest request, in Verdict verdict) => refresher.Observe(request, verdict);

    public override void Dispose()
    {
        base.Dispose();
        client.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => refresher.RunAsync(stoppingToken);
}
