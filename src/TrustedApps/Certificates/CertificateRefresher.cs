using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrustedApps.Hosting;
using TrustedApps.Text;

namespace TrustedApps.Certificates;

/// <summary>
/// Keeps certificate records up to date: fetches each certificate every 24 hours, when a request names an unknown key,
/// and every hour while a replacement is held. No request waits for a fetch. Safe for concurrent use.
/// </summary>
public sealed class CertificateRefresher : ITrustedRequestObserver
{
    private const int MaxSuspects = 100; // those beyond are dropped: their next request names them again

    private readonly ICertificateRecordSource _source;
    private readonly CertificateClient _client;
    private readonly CertificateRefresherOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, bool> _waiting = new(StringComparer.Ordinal); // those in the channel
    private readonly Channel<string> _suspects = Channel.CreateBounded<string>(MaxSuspects);

    /// <summary>Creates a refresher of the records of any source.</summary>
    /// <param name="source">The records.</param>
    /// <param name="client">Fetches the certificates. The caller disposes of it.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="logger">Receives the events 15, 40 to 45 and 75.</param>
    public CertificateRefresher(
        ICertificateRecordSource source,
        CertificateClient client,
        CertificateRefresherOptions? options,
        TimeProvider? time,
        ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(client);
        (_source, _client, _options) = (source, client, options ?? new CertificateRefresherOptions());
        (_time, _logger) = (time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        CertificateTelemetry.Watch(this, source, _time);
    }

    /// <summary>Creates a refresher of the trusts of a store in memory. The 24 hours count from now.</summary>
    /// <param name="trusts">The trusts. Those without a certificate from a base URL stay as they are.</param>
    /// <param name="client">Fetches the certificates. The caller disposes of it.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="logger">Receives the events 15, 40 to 45 and 75.</param>
    public CertificateRefresher(
        InMemoryTrustStore trusts,
        CertificateClient client,
        CertificateRefresherOptions? options,
        TimeProvider? time,
        ILogger? logger)
        : this(CreateSource(trusts, time), client, options, time, logger)
    {
    }

    /// <summary>Runs a round every minute, and fetches the certificates of suspects, until it is cancelled.</summary>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>A task that completes when the work has ended. It never fails.</returns>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Task rounds = RunRoundsAsync(cancellationToken);
        Task suspects = _options.FetchesCertificates ? FetchSuspectsAsync(cancellationToken) : Task.CompletedTask;
        try
        {
            await Task.WhenAll(rounds, suspects).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Runs one round: checks what is held, and fetches the certificates that are due.</summary>
    /// <param name="cancellationToken">Cancels the round.</param>
    /// <returns>A task that completes when the round is done. It fails only if it is cancelled.</returns>
    public Task RefreshDueAsync(CancellationToken cancellationToken) => TryAsync(
        async () =>
        {
            if (!_options.FetchesCertificates) return;
            DateTimeOffset now = _time.GetUtcNow();
            foreach (string id in await _source.FindDueChecksAsync(now, cancellationToken).ConfigureAwait(false))
            {
                await TryAsync(() => CheckHeldAsync(id, cancellationToken), cancellationToken).ConfigureAwait(false);
            }

            foreach (string id in await _source.ClaimDueAsync(now, cancellationToken).ConfigureAwait(false))
            {
                await TryAsync(() => RefreshAsync(id, cancellationToken), cancellationToken).ConfigureAwait(false);
            }
        },
        cancellationToken);

    /// <summary>
    /// Has the certificate of an application fetched because a request named a key that is not on record: at most once
    /// in 5 minutes, and only while <see cref="RunAsync"/> runs. Returns at once.
    /// </summary>
    /// <param name="applicationId">The application id, as the request named it.</param>
    public void Suspect(string applicationId)
    {
        ArgumentNullException.ThrowIfNull(applicationId);
        if (!_options.FetchesCertificates || !_waiting.TryAdd(applicationId, true)) return;
        if (!_suspects.Writer.TryWrite(applicationId)) _waiting.TryRemove(applicationId, out _);
    }

    /// <summary>
    /// Has the certificate of an application fetched when a request is rejected because it names an unknown key.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="verdict">The verdict.</param>
    public void Observe(in ObservedRequest request, in Verdict verdict)
    {
        if (verdict is { NamesUnknownKey: true, ClaimedApplicationId: { } id }) Suspect(id);
    }

    private static InMemoryRecordSource CreateSource(InMemoryTrustStore trusts, TimeProvider? time)
    {
        ArgumentNullException.ThrowIfNull(trusts);
        return new InMemoryRecordSource(trusts, time ?? TimeProvider.System);
    }

    private async Task RunRoundsAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(RefreshSchedule.RoundInterval, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            await RefreshDueAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FetchSuspectsAsync(CancellationToken cancellationToken)
    {
        await foreach (string id in _suspects.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            _waiting.TryRemove(id, out _);
            await TryAsync(() => RefreshSuspectAsync(id, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    // The next regular fetch stays when it is, whatever a stranger had fetched at a time of the stranger's choice.
    internal async Task RefreshSuspectAsync(string id, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (!await _source.ClaimSuspectAsync(id, now, cancellationToken).ConfigureAwait(false)) return;
        CertificateRecord? record = await _source.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (record is not null) await ReadAgainAsync(record, isCounted: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fetches a certificate now, which counts for no hold. Never fails unless it is cancelled.</summary>
    internal Task RefreshNowAsync(string id, CancellationToken cancellationToken) =>
        TryAsync(() => RefreshAsync(id, cancellationToken), cancellationToken);

    private async Task RefreshAsync(string id, CancellationToken cancellationToken)
    {
        CertificateRecord? record = await _source.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (record?.BaseUrl is null) return;

        DateTimeOffset now = _time.GetUtcNow(); // the interval counts from the start of the fetch
        CertificateOffer? offer =
            await ReadAgainAsync(record, isCounted: false, cancellationToken).ConfigureAwait(false);
        if (offer is { Outcome: not OfferOutcome.Rejected })
        {
            await _source.ScheduleAsync(id, RefreshSchedule.Next(now), cancellationToken).ConfigureAwait(false);
        }
        else if (record.NeedsWarning(now))
        {
            _logger.CertificateUnconfirmed(id, LogTime.Of(record.LastConfirmedAt));
        }
    }

    // The node whose claim is stored makes the check of the hour and counts it.
    private async Task CheckHeldAsync(string id, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        CertificateRecord? claimed = null;
        bool isClaimed = await TryChangeAsync(
            id,
            record =>
            {
                CertificateRecord next = record.ClaimCheck(now, _options.Hold);
                claimed = ReferenceEquals(next, record) ? null : next;
                return next;
            },
            cancellationToken).ConfigureAwait(false);
        if (!isClaimed || claimed is null) return;
        await ReadAgainAsync(claimed, isCounted: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task<CertificateOffer?> ReadAgainAsync(
        CertificateRecord record, bool isCounted, CancellationToken cancellationToken)
    {
        if (record.BaseUrl is not { } baseUrl) return null;
        ApplicationCertificate? fetched =
            await FetchAsync(record.Id, baseUrl, cancellationToken).ConfigureAwait(false);
        return fetched is null
            ? null
            : await OfferAsync(record, fetched, isCounted, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ApplicationCertificate?> FetchAsync(
        string id,
        BaseUrl baseUrl,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await _client.FetchAsync(baseUrl.Uri, cancellationToken).ConfigureAwait(false);
        }
        catch (CertificateException problem)
        {
            _logger.CertificateNotFetched(id, problem.Message);
            CertificateTelemetry.RecordFailure(id, problem);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            _logger.RefreshFailed(id, fault);
            CertificateTelemetry.RecordFailure(id, fault);
        }

        return null;
    }

    // Returns null if the record has been removed or moved to another base URL, or if its source rejects the change.
    private async Task<CertificateOffer?> OfferAsync(
        CertificateRecord read, ApplicationCertificate fetched, bool isCounted, CancellationToken cancellationToken)
    {
        CertificateOffer? offer = null;
        DateTimeOffset? heldBefore = null;
        bool isChanged = await TryChangeAsync(
            read.Id,
            current =>
            {
                bool isHeld = current.Pending?.TakesEffectAt == read.Pending?.TakesEffectAt;
                heldBefore = current.Pending?.TakesEffectAt;
                offer = current.BaseUrl?.Text == read.BaseUrl?.Text
                    ? Consider(current, fetched, isCounted && isHeld)
                    : null;
                return offer?.Record ?? current;
            },
            cancellationToken).ConfigureAwait(false);
        if (!isChanged || offer is null) return null;
        _logger.Considered(read.Id, offer, heldBefore);
        CertificateTelemetry.RecordRefresh(read.Id, offer.Outcome);
        return offer;
    }

    private CertificateOffer? Consider(CertificateRecord record, ApplicationCertificate fetched, bool isCounted)
    {
        try
        {
            return record.Offer(fetched, _time.GetUtcNow(), _options.Hold, isCounted);
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            _logger.RefreshFailed(record.Id, fault);
            return null;
        }
    }

    private async Task<bool> TryChangeAsync(
        string id, Func<CertificateRecord, CertificateRecord> change, CancellationToken cancellationToken)
    {
        try
        {
            CertificateRecord? changed = null;
            bool isChanged = await _source
                .ChangeAsync(
                    id,
                    record =>
                    {
                        CertificateRecord next = change(record);
                        changed = ReferenceEquals(next, record) ? null : next;
                        return next;
                    },
                    cancellationToken)
                .ConfigureAwait(false);
            if (isChanged && changed is not null) _options.RecordChanged?.Invoke(changed);
            return isChanged;
        }
        catch (CertificateException problem)
        {
            _logger.KeysRejected(id, problem.Message);
            return false;
        }
    }

    // A failure skips this certificate, so no application can keep the others from rotating.
    private async Task TryAsync(Func<Task> step, CancellationToken cancellationToken)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            _logger.RefreshPostponed(problem.GetBaseException().Message);
        }
    }
}
