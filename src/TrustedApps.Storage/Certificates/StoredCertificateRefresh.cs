using Microsoft.Extensions.Hosting;
using TrustedApps.Certificates;
using TrustedApps.Hosting;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Certificates;

/// <summary>
/// Refreshes the certificates of the store's trusts while the host runs. The nodes of a store share the work.
/// </summary>
/// <param name="refresher">Refreshes them.</param>
/// <param name="client">Fetches them. Disposed of with this instance.</param>
/// <param name="watch">Looks for those that need attention; null if certificates are not refreshed.</param>
internal sealed class StoredCertificateRefresh(
    CertificateRefresher refresher, CertificateClient client, CertificateWatch? watch)
    : BackgroundService, ITrustedRequestObserver
{
    public void Observe(in ObservedRequest request, in Verdict verdict) => refresher.Observe(request, verdict);

    public override void Dispose()
    {
        base.Dispose();
        client.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Task watching = watch?.RunAsync(stoppingToken) ?? Task.CompletedTask;
        await Task.WhenAll(refresher.RunAsync(stoppingToken), watching)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
