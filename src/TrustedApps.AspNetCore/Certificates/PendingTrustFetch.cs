using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;

namespace TrustedApps.AspNetCore.Certificates;

/// <summary>
/// Fetches the certificates of trusts of configuration that were not at hand at the start, in the background: two
/// applications that trust each other can start in any order.
/// </summary>
internal sealed class PendingTrustFetch(
    PendingTrusts pending,
    KeptCertificates kept,
    Func<CertificateClientOptions, CertificateClient> createClient,
    Action<TrustedApplication, TrustedApplication?> add,
    TimeProvider time,
    ILogger logger
)
{
    private static readonly TimeSpan _firstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestDelay = TimeSpan.FromMinutes(1);

    private readonly List<(ConfiguredTrust Trust, TrustedApplication? Kept)> _fetches = [];

    /// <summary>Whether nothing has to be fetched.</summary>
    public bool IsDone => _fetches.Count == 0;

    /// <summary>
    /// Adds the trusts whose certificate was kept. One that cannot be added stays pending: an application must not stop
    /// the start by the id that it has chosen.
    /// </summary>
    /// <param name="isRefreshed">
    /// Whether certificates on record are fetched again. If not, those that were kept are fetched at each start.
    /// </param>
    public void AddKept(bool isRefreshed)
    {
        foreach (ConfiguredTrust trust in pending.All)
        {
            TrustedApplication? found = TryAddKept(trust);
            if (found is null || !isRefreshed) _fetches.Add((trust, found));
        }
    }

    /// <summary>Fetches until every trust is on record, or until it is cancelled. Never fails.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_fetches.Select(fetch => RunAsync(fetch.Trust, fetch.Kept, cancellationToken)));

    private TrustedApplication? TryAddKept(ConfiguredTrust trust)
    {
        if (trust.FindKept(kept) is not { } found) return null;
        try
        {
            add(found, null);
            pending.Remove(trust);
            return found;
        }
        catch (InvalidOperationException)
        {
            return null; // the certificate that is fetched is refused or served, and that is logged
        }
    }

    private async Task RunAsync(ConfiguredTrust trust, TrustedApplication? inUse, CancellationToken cancellationToken)
    {
        string? reported = null;
        for (TimeSpan delay = _firstDelay; !cancellationToken.IsCancellationRequested; delay = Next(delay))
        {
            string? problem = await TryFetchAsync(trust, inUse, reported, cancellationToken);
            if (problem is null) return;
            reported = problem;
            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Returns the problem, which is logged when it is another than before; null when the trust is on record.
    private async Task<string?> TryFetchAsync(
        ConfiguredTrust trust, TrustedApplication? inUse, string? reported, CancellationToken cancellationToken)
    {
        try
        {
            using CertificateClient client = createClient(trust.ClientOptions);
            TrustedApplication application =
                await trust.FetchAsync(client, found => add(found, inUse), kept, cancellationToken);
            pending.Remove(trust);
            logger.TrustReady(trust.Setting, application.Id, trust.Url!, application.ToString());
            return null;
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            if (problem.Message != reported) Report(trust, inUse, problem);
            return problem.Message;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return null; // the host stops
        }
    }

    private void Report(ConfiguredTrust trust, TrustedApplication? inUse, Exception problem)
    {
        bool mayPass = problem is CertificateException { IsTransient: true };
        if (inUse is not null) logger.KeptCertificateServes(inUse.Id, problem.Message);
        else if (mayPass) logger.TrustAwaited(trust.Setting, problem.Message);
        else logger.TrustRefused(trust.Setting, problem.Message);
    }

    private static TimeSpan Next(TimeSpan delay) => delay * 2 < _longestDelay ? delay * 2 : _longestDelay;
}
