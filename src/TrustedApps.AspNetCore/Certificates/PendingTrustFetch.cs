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
    Action<TrustedApplication> add,
    TimeProvider time,
    ILogger logger
)
{
    private static readonly TimeSpan _firstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestDelay = TimeSpan.FromMinutes(1);

    /// <summary>Fetches until every trust is on record, or until it is cancelled. Never fails.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(pending.All.Select(trust => RunAsync(trust, cancellationToken)));

    private async Task RunAsync(ConfiguredTrust trust, CancellationToken cancellationToken)
    {
        string? reported = null;
        for (TimeSpan delay = _firstDelay; !cancellationToken.IsCancellationRequested; delay = Next(delay))
        {
            string? problem = await TryFetchAsync(trust, reported, cancellationToken);
            if (problem is null) return;
            reported = problem;
            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Returns the problem, which is logged when it is another than before; null when the trust is on record.
    private async Task<string?> TryFetchAsync(
        ConfiguredTrust trust, string? reported, CancellationToken cancellationToken)
    {
        try
        {
            using CertificateClient client = createClient(trust.ClientOptions);
            TrustedApplication application = await trust.FetchAsync(client, kept, cancellationToken);
            add(application);
            pending.Remove(trust);
            logger.TrustReady(trust.Setting, application.Id, trust.Url!, application.ToString());
            return null;
        }
        catch (CertificateException problem) when (problem.IsTransient)
        {
            if (problem.Message != reported) logger.TrustAwaited(trust.Setting, problem.Message);
            return problem.Message;
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            if (problem.Message != reported) logger.TrustRefused(trust.Setting, problem.Message);
            return problem.Message;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return null; // the host stops
        }
    }

    private static TimeSpan Next(TimeSpan delay) => delay * 2 < _longestDelay ? delay * 2 : _longestDelay;
}
