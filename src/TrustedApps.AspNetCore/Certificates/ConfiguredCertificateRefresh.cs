using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;
using TrustedApps.Hosting;

namespace TrustedApps.AspNetCore.Certificates;

/// <summary>
/// Refreshes the certificates of the trusts in memory, those of configuration above all, while the host runs, and
/// fetches those that were not at hand when they were read. A store in a database refreshes its own.
/// </summary>
internal sealed class ConfiguredCertificateRefresh(
    IHttpClientFactory http, ILogger<ConfiguredCertificateRefresh> logger)
    : IHostedLifecycleService, ITrustedRequestObserver, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<CertificateRefresher> _refreshers = [];
    private readonly List<CertificateClient> _clients = [];
    private readonly ConcurrentDictionary<ConfiguredTrust, RunningFetch> _fetches = new();
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
    /// Adds the trusts whose certificate was kept, and begins to fetch the others. Nothing waits for them.
    /// </summary>
    /// <param name="awaited">The trusts without a certificate.</param>
    /// <param name="kept">The certificates that were kept.</param>
    /// <param name="add">Adds a trust, in the place of the one that was kept.</param>
    /// <param name="isRefreshed">
    /// Whether certificates on record are fetched again. If not, those that were kept are fetched now.
    /// </param>
    /// <param name="time">The clock.</param>
    public void Fetch(
        IEnumerable<ConfiguredTrust> awaited,
        KeptCertificates kept,
        Action<ConfiguredTrust, TrustedApplication, TrustedApplication?> add,
        bool isRefreshed,
        TimeProvider time
    )
    {
        var fetch = new PendingTrustFetch(kept, CreateClient, add, time, logger);
        foreach (ConfiguredTrust trust in awaited)
        {
            TrustedApplication? found = fetch.TryAddKept(trust);
            if (found is not null && isRefreshed) continue;

            var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            CancellationToken end = ended.Token;
            var running = new RunningFetch(ended);
            _fetches[trust] = running;
            running.Task = Task.Run(() => RunAsync(fetch, trust, found, end), CancellationToken.None);
        }

        CertificateClient CreateClient(CertificateClientOptions options) =>
            new(options with { HttpClientFactory = http }, time);
    }

    /// <summary>Ends the fetch of a trust that is not in the configuration any more.</summary>
    public void Cancel(ConfiguredTrust trust)
    {
        if (!_fetches.TryRemove(trust, out RunningFetch? fetch)) return;
        fetch.Ended.Cancel();
        fetch.Ended.Dispose();
    }

    public void Observe(in ObservedRequest request, in Verdict verdict)
    {
        foreach (CertificateRefresher refresher in _refreshers) refresher.Observe(request, verdict);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(_refreshers.Select(refresher => refresher.RunAsync(_stopping.Token)));
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Task[] fetches = [.. _fetches.Values.Select(fetch => fetch.Task)];
        await _stopping.CancelAsync();
        await Task.WhenAll([_running, .. fetches]);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (ConfiguredTrust trust in _fetches.Keys) Cancel(trust);
        _stopping.Dispose();
        foreach (CertificateClient client in _clients) client.Dispose();
    }

    private async Task RunAsync(
        PendingTrustFetch fetch, ConfiguredTrust trust, TrustedApplication? inUse, CancellationToken end)
    {
        await fetch.RunAsync(trust, inUse, end);
        if (_fetches.TryRemove(trust, out RunningFetch? done)) done.Ended.Dispose();
    }

    /// <summary>The fetch of one certificate.</summary>
    private sealed class RunningFetch(CancellationTokenSource ended)
    {
        public CancellationTokenSource Ended => ended;

        public Task Task { get; set; } = Task.CompletedTask;
    }
}
