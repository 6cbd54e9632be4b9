using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;

namespace TrustedApps.AspNetCore.Certificates;

/// <summary>
/// Fetches the certificates of trusts of configuration that are not at hand, in the background: two applications that
/// trust each other can start in any order.
/// </summary>
internal sealed class PendingTrustFetch(
    KeptCertificates kept,
    Func<CertificateClientOptions, CertificateClient> createClient,
    Action<ConfiguredTrust, TrustedApplication, TrustedApplication?> add,
    TimeProvider time,
    ILogger logger
)
{
    private static readonly TimeSpan _firstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestDelay = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Adds a trust whose certificate was kept. One that cannot be added stays pending: an application must not stop
    /// the start, or a change of the configuration, by the id that it has chosen.
    /// </summary>
    /// <returns>The trust; null if it could not be added.</returns>
    public TrustedApplication? TryAddKept(ConfiguredTrust trust)
    {
        if (trust.FindKept(kept) is not { } found) return null;
        try
        {
            add(trust, found, null);
            return found;
        }
        catch (InvalidOperationException)
        {
            return null; // the certificate that is fetched is refused or served, and that is logged
        }
    }

    /// <summary>Fetches until the trust is on record, or until it is cancelled. Never fails.</summary>
    public async Task RunAsync(ConfiguredTrust trust, TrustedApplication? inUse, CancellationToken cancellationToken)
    {
        string? reported = null;
        for (TimeSpan delay = _firstDelay; !cancellationToken.IsCancellationRequested; delay = Next(delay))
        {
            string? problem = await TryFetchAsync(trust, inUse, reported, cancellationToken);
            if (problem is null) return;
            reported = problem;
            await WaitAsync(trust, delay, cancellationToken);
        }
    }

    // Until the time is over. A request ends the wait, but not before the first second: the application runs now.
    private async Task WaitAsync(ConfiguredTrust trust, TimeSpan delay, CancellationToken cancellationToken)
    {
        Task request = trust.ExpectRequest();
        await Task.Delay(_firstDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (delay == _firstDelay) return;
        await request
            .WaitAsync(delay - _firstDelay, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Returns the problem, which is logged when it is another than before; null when the trust is on record.
    private async Task<string?> TryFetchAsync(
        ConfiguredTrust trust, TrustedApplication? inUse, string? reported, CancellationToken cancellationToken)
    {
        try
        {
            using CertificateClient client = createClient(trust.ClientOptions);
            TrustedApplication application =
                await trust.FetchAsync(client, found => add(trust, found, inUse), kept, cancellationToken);
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
