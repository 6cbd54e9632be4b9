using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrustedApps.AspNetCore.Startup;
using TrustedApps.Certificates;
using TrustedApps.Hosting;

namespace TrustedApps.AspNetCore.Certificates;

/// <summary>Keeps the certificates of trusts in memory up to date while the host runs.</summary>
internal sealed class CertificateRefreshService(ILogger<TrustedAppsStartup> logger) : IHostedLifecycleService, ITrustedRequestObserver, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<CertificateRefresh> _refreshes = []; // complete before the server listens
    private Task _running = Task.CompletedTask;

    public void Add(TrustedAppsOptions settings, InMemoryTrustStore trusts, TimeProvider time)
    {
        var client = new CertificateClient(
            new CertificateClientOptions { AllowHttp = settings.AllowHttp, AllowPrivateAddresses = settings.AllowPrivateAddresses }, time);
        _refreshes.Add(new CertificateRefresh(trusts, client, settings.CertificateHold, time, logger));
    }

    public void Observe(in ObservedRequest request, in Verdict verdict)
    {
        if (!verdict.NamesUnknownKey) return;
        foreach (CertificateRefresh refresh in _refreshes) refresh.RequestFor(verdict.ClaimedApplicationId!);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(_refreshes.Select(refresh => refresh.RunAsync(_stopping.Token)));
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // cancelled
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stopping.Dispose();
        foreach (CertificateRefresh refresh in _refreshes) refresh.Dispose();
    }
}
