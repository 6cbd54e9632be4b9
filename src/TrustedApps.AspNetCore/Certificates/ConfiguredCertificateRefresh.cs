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
        PendingTrustFetch fetch = CreateFetch(kept, add, time);
        foreach (ConfiguredTrust trust in awaited)
        {
            TrustedApplication? found = fetch.TryAddKept(trust);
            if (found is null || !isRefreshed) Begin(fetch, trust, found);
        }
    }

    /// <summary>Begins to fetch the certificate of a trust that is served meanwhile. Nothing waits for it.</summary>
    /// <param name="trust">What the configuration states.</param>
    /// <param name="inUse">The trust that is served.</param>
    /// <param name="kept">The certificates that were kept.</param>
    /// <param name="add">Adds a trust, in the place of the one that is served.</param>
    /// <param name="time">The clock.</param>
    public void Fetch(
        ConfiguredTrust trust,
        TrustedApplication inUse,
        KeptCertificates kept,
        Action<ConfiguredTrust, TrustedApplication, TrustedApplication?> add,
        TimeProvider time
    ) => Begin(CreateFetch(kept, add, time), trust, inUse);

    /// <summary>Ends the fetch of a trust that is not in the configuration any more.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Cancel(ConfiguredTrust trust)
    {
        if (!_fetches.TryRemove(trust, out RunningFetch? fetch)) return false;
        fetch.Ended.Cancel();
        fetch.Ended.Dispose();
        return true;
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

    private PendingTrustFetch CreateFetch(
        KeptCertificates kept, Action<ConfiguredTrust, TrustedApplication, TrustedApplication?> add, TimeProvider time)
    {
        return new(kept, CreateClient, add, time, logger);

        CertificateClient CreateClient(CertificateClientOptions options) =>
            new(options with { HttpClientFactory = http }, time);
    }

    private void Begin(PendingTrustFetch fetch, ConfiguredTrust trust, TrustedApplication? inUse)
    {
        var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        CancellationToken end = ended.Token;
        var running = new RunningFetch(ended);
        _fetches[trust] = running;
        running.Task = Task.Run(() => RunAsync(fetch, trust, inUse, end), CancellationToken.None);
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
