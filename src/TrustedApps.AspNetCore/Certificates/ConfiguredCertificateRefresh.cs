using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;
using TrustedApps.Hosting;

namespace TrustedApps.AspNetCore.Certificates;

/// <summary>
/// Refreshes the certificates of the trusts in memory, those of configuration above all, while the host runs, and
/// fetches those that were not at hand at the start. A store in a database refreshes its own.
/// </summary>
internal sealed class ConfiguredCertificateRefresh(
    IHttpClientFactory http, ILogger<ConfiguredCertificateRefresh> logger)
    : IHostedLifecycleService, ITrustedRequestObserver, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<CertificateRefresher> _refreshers = [];
    private readonly List<CertificateClient> _clients = [];
    private readonly List<Task> _pending = [];
    private Task _running = Task.CompletedTask;

    /// <summary>
    /// Adds the trusts of one scheme, unless its options turn the refresh off. Called while the host starts.
    /// </summary>
    public void Add(InMemoryTrustStore trusts, KeptCertificates kept, TrustedAppsOptions options, TimeProvider time)
    {
        if (!options.RefreshCertificates) return;
        var clientOptions = new CertificateClientOptions
        {
            AllowHttp = options.AllowHttp,
            AllowPrivateAddresses = options.AllowPrivateAddresses,
            HttpClientFactory = http,
        };
        var client = new CertificateClient(clientOptions, time);
        var refresherOptions = new CertificateRefresherOptions
        {
            Hold = options.CertificateHold,
            RecordChanged = kept.Save,
        };
        _clients.Add(client);
        _refreshers.Add(new CertificateRefresher(trusts, client, refresherOptions, time, logger));
    }

    /// <summary>
    /// Adds the trusts whose certificate was kept, and begins to fetch the others. Called while the host starts, which
    /// does not wait.
    /// </summary>
    public void Add(
        PendingTrusts pending,
        KeptCertificates kept,
        Action<TrustedApplication, TrustedApplication?> add,
        bool isRefreshed,
        TimeProvider time
    )
    {
        var fetch = new PendingTrustFetch(pending, kept, CreateClient, add, time, logger);
        fetch.AddKept(isRefreshed);
        if (!fetch.IsDone) _pending.Add(Task.Run(() => fetch.RunAsync(_stopping.Token)));

        CertificateClient CreateClient(CertificateClientOptions options) =>
            new(options with { HttpClientFactory = http }, time);
    }

    public void Observe(in ObservedRequest request, in Verdict verdict)
    {
        foreach (CertificateRefresher refresher in _refreshers) refresher.Observe(request, verdict);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll([.. _refreshers.Select(refresher => refresher.RunAsync(_stopping.Token)), .. _pending]);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stopping.Dispose();
        foreach (CertificateClient client in _clients) client.Dispose();
    }
}
