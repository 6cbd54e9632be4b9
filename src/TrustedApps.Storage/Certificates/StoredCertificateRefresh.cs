using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;
using TrustedApps.Client;
using TrustedApps.Hosting;
using TrustedApps.Storage.Database;

namespace TrustedApps.Storage.Certificates;

/// <summary>
/// Keeps the certificates of the store's trusts up to date while the host runs, never while a request waits, and each by
/// one of the nodes.
/// </summary>
internal sealed class StoredCertificateRefresh(
    TrustAdministration trusts, CertificateFetches fetches, CertificateClient client, RefreshSettings settings, TimeProvider time, ILogger<TrustedAppsStore> logger)
    : BackgroundService, ITrustedRequestObserver
{
    private const string Administrator = "(by itself)";

    private static readonly TimeSpan _pace = TimeSpan.FromMinutes(1);

    private readonly Channel<string> _suspects = Channel.CreateBounded<string>(new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Observe(in ObservedRequest request, in Verdict verdict)
    {
        if (verdict.NamesUnknownKey) _suspects.Writer.TryWrite(verdict.ClaimedApplicationId!);
    }

    public override void Dispose()
    {
        client.Dispose();
        base.Dispose();
    }

    /// <summary>One round: ends holds, and fetches what is due.</summary>
    internal async Task RefreshDueAsync(CancellationToken cancellationToken)
    {
        foreach (string id in await fetches.FindHoldsToEndAsync(cancellationToken)) await TryAsync(() => EndHoldAsync(id, cancellationToken), cancellationToken);
        if (!settings.IsOn) return;
        foreach (string id in await fetches.ClaimDueAsync(cancellationToken)) await TryAsync(() => RefreshAsync(id, cancellationToken), cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(RunByTimeAsync(stoppingToken), settings.IsOn ? RunBySuspicionAsync(stoppingToken) : Task.CompletedTask);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task RunByTimeAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_pace, time);
        while (await timer.WaitForNextTickAsync(cancellationToken)) await TryAsync(() => RefreshDueAsync(cancellationToken), cancellationToken);
    }

    private async Task RunBySuspicionAsync(CancellationToken cancellationToken)
    {
        await foreach (string id in _suspects.Reader.ReadAllAsync(cancellationToken))
        {
            await TryAsync(async () =>
            {
                if (await fetches.ClaimSuspectAsync(id, cancellationToken)) await RefreshAsync(id, cancellationToken);
            }, cancellationToken);
        }
    }

    private async Task RefreshAsync(string id, CancellationToken cancellationToken)
    {
        if ((await trusts.FindAsync(id, cancellationToken))?.Trust.Record is not { BaseUrl: { } baseUrl } record) return;
        ApplicationCertificate fetched;
        try
        {
            fetched = await client.FetchAsync(new Uri(baseUrl.Text), cancellationToken);
        }
        catch (CertificateException problem)
        {
            logger.CertificateNotFetched(id, problem.Message);
            WarnIfUnconfirmed(record);
            return;
        }

        CertificateOffer? offer = null;
        await ChangeAsync(
            TrustAdministration.RefreshAction,
            id,
            known => known.BaseUrl?.Text == baseUrl.Text ? (offer = known.Offer(fetched, time.GetUtcNow(), settings.Hold)).Record : known, // unless it is another's by now
            cancellationToken);
        if (offer is null) return;
        Log(offer, id);
        if (offer.Outcome != OfferOutcome.Rejected) await fetches.SucceedAsync(id, cancellationToken);
        else WarnIfUnconfirmed(record);
    }

    private Task EndHoldAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync("certificate.takes-effect", id, record => record.Advance(time.GetUtcNow()), cancellationToken);

    // Whatever one application serves must not keep the others from rotating.
    private async Task ChangeAsync(string action, string id, Func<CertificateRecord, CertificateRecord> change, CancellationToken cancellationToken)
    {
        try
        {
            await trusts.ChangeRecordAsync(action, id, version: null, change, Administrator, cancellationToken);
        }
        catch (AdministrationException problem) // removed meanwhile, or a key that serves an older version as well
        {
            logger.KeysRejected(id, problem.Message);
        }
    }

    private void WarnIfUnconfirmed(CertificateRecord record)
    {
        if (record.NeedsWarning(time.GetUtcNow())) logger.CertificateUnconfirmed(record.Id, record.LastConfirmedAt);
    }

    private void Log(CertificateOffer offer, string id)
    {
        if (offer.Outcome == OfferOutcome.Replaced) logger.KeysReplaced(id, string.Join(", ", offer.Record.SigningKeys));
        else if (offer.Outcome == OfferOutcome.Held) logger.KeysHeld(id, string.Join(", ", offer.Record.Pending!.Certificate.SigningKeys), offer.Record.Pending.TakesEffectAt);
        else if (offer.Outcome == OfferOutcome.Rejected) logger.KeysRejected(id, offer.Problem!);
    }

    // Whatever goes wrong with one goes on with the next, and in a minute; while the database is silent nothing is fetched.
    private async Task TryAsync(Func<Task> round, CancellationToken cancellationToken)
    {
        try
        {
            await round();
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            logger.RefreshPostponed(problem.GetBaseException().Message);
        }
    }
}

/// <summary>How certificates are fetched again.</summary>
/// <param name="IsOn">Whether they are.</param>
/// <param name="Hold">How long a replacement waits that leaves out a signing key.</param>
internal sealed record RefreshSettings(bool IsOn, TimeSpan Hold);
