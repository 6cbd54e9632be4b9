using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;
using TrustedApps.Protocols;

namespace TrustedApps.Client;

/// <summary>
/// The certificate of one client's provider under version 4: pinned at the first request, and then refreshed. Safe for
/// concurrent use.
/// </summary>
internal sealed class PinnedProvider : ICertificateRecordSource, IDisposable
{
    private const int MaxAttempts = 10; // changes by others in between

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposal = new();
    private readonly IPinnedRecords _records;
    private readonly PinnedProviders _others;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RefreshTimes _times;
    private readonly CertificateRefresher? _refresher; // null if the options turn it off
    private readonly CertificateClient _client;
    private CertificateRecord? _record;
    private KeyGrantRecipient? _recipient;
    private int _isRunning;

    /// <summary>Creates the provider that the options describe.</summary>
    /// <param name="options">The client's options.</param>
    /// <param name="store">The store of providers; null if the options name a certificate or fingerprints.</param>
    /// <param name="others">The providers of this process.</param>
    /// <param name="client">Fetches certificates. Disposed of with this instance.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives event 31, and those of the <see cref="CertificateRefresher"/>.</param>
    public PinnedProvider(
        TrustedAppClientOptions options,
        IProviderStore? store,
        PinnedProviders others,
        CertificateClient client,
        TimeProvider time,
        ILogger logger
    )
    {
        (_others, _client, _time, _logger) = (others, client, time, logger);
        BaseUrl = BaseUrl.Parse(options.BaseUrl ?? "");
        _records = store is null
            ? new ConfiguredRecords(options, BaseUrl, _client, time)
            : new StoredRecords(store, BaseUrl);
        _times = new RefreshTimes(time.GetUtcNow());
        if (!options.RefreshProviderCertificate) return;
        var refresh = new CertificateRefresherOptions { Hold = options.ProviderCertificateHold };
        _refresher = new CertificateRefresher(this, _client, refresh, time, logger);
    }

    public BaseUrl BaseUrl { get; }

    /// <summary>
    /// The key that session keys are wrapped to. The same instance until that key changes; null before the first
    /// request and after the provider was removed.
    /// </summary>
    public KeyGrantRecipient? Recipient => Volatile.Read(ref _recipient);

    /// <summary>The certificate on record; null before the first request and after the provider was removed.</summary>
    public CertificateRecord? Record => Volatile.Read(ref _record);

    /// <param name="ownId">This application's own id, which no provider may have.</param>
    /// <exception cref="CertificateException">
    /// The certificate cannot be read, is not the expected one, has this application's id or the id or a key of another
    /// provider, or has no encryption key that is trusted.
    /// </exception>
    public async Task<KeyGrantRecipient> PinAsync(string ownId)
    {
        CertificateRecord record = await _records.PinAsync().ConfigureAwait(false);
        if (record.Id == ownId)
        {
            throw new CertificateException(
                $"The provider at {BaseUrl} has the id '{ownId}', which is this application's own: an application does not trust itself. Correct BaseUrl, or the id in one of the key files."
            );
        }

        KeyGrantRecipient recipient = KeyGrantRecipient.Of(record);
        _others.Add(this, record.Certificate);
        lock (_gate)
        {
            Volatile.Write(ref _record, record);
            Volatile.Write(ref _recipient, recipient);
        }

        string keys = string.Join(", ", record.SigningKeys.Select(key => key.Fingerprint));
        _logger.ProviderPinned(record.Id, BaseUrl.Text, keys);
        if (_refresher is null) return recipient;
        await ConfirmAsync(_refresher, record).ConfigureAwait(false);
        if (Interlocked.Exchange(ref _isRunning, 1) == 0)
        {
            // Rounds run by the clock, not by requests: a stranger may choose the time of a request.
            _ = _refresher.RunAsync(_disposal.Token);
        }

        CertificateRecord current =
            Volatile.Read(ref _record)
            ?? throw new CertificateException($"The provider at {BaseUrl} was removed, so nothing is sent to it.");
        return Recipient ?? KeyGrantRecipient.Of(current);
    }

    public IEnumerable<CertificateRecord> Records => Volatile.Read(ref _record) is { } record ? [record] : [];

    /// <summary>Has the certificate fetched in the background, at most once in 5 minutes.</summary>
    public void SuspectCertificate()
    {
        if (Volatile.Read(ref _record) is { } record) _refresher?.Suspect(record.Id);
    }

    public void Dispose()
    {
        _disposal.Cancel(); // without a timer it holds nothing to dispose of
        _client.Dispose();
    }

    public Task<IReadOnlyList<string>> ClaimDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(
            Volatile.Read(ref _record) is { } record && _times.TryClaim(now) ? [record.Id] : []
        );

    public Task<bool> ClaimSuspectAsync(
        string applicationId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) => Task.FromResult(Volatile.Read(ref _record)?.Id == applicationId && _times.TryClaimSuspect(now));

    public Task<IReadOnlyList<string>> FindDueChecksAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(
            Volatile.Read(ref _record) is { Pending: { } pending } record && pending.IsCheckDue(now) ? [record.Id] : []
        );

    // Another node or an administrator may have changed the stored record.
    public async Task<CertificateRecord?> FindAsync(string applicationId, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _record) is not { } inUse) return null;
        CertificateRecord? found = await _records.FindAsync(inUse).ConfigureAwait(false);
        if (found is null) Forget();
        else Use(found, inUse);
        return found;
    }

    public async Task<bool> ChangeAsync(
        string applicationId,
        Func<CertificateRecord, CertificateRecord> change,
        CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < MaxAttempts && Volatile.Read(ref _record) is { } inUse; attempt++)
        {
            CertificateRecord changed = change(inUse);
            if (ReferenceEquals(changed, inUse)) return true;
            _others.Add(this, changed.Certificate); // before it is stored: an impostor's is not
            if (await _records.ReplaceAsync(inUse, changed).ConfigureAwait(false))
            {
                Use(changed, inUse);
                return true;
            }

            await FindAsync(applicationId, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    public Task ScheduleAsync(string applicationId, DateTimeOffset nextFetch, CancellationToken cancellationToken)
    {
        _times.Schedule(nextFetch);
        return Task.CompletedTask;
    }

    // A start after more than the interval: the first key grant waits for one fetch, so that it is wrapped to a key
    // that is still in use. If the fetch fails, what is on record serves.
    private async Task ConfirmAsync(CertificateRefresher refresher, CertificateRecord record)
    {
        DateTimeOffset now = _time.GetUtcNow();
        TimeSpan age = now - record.LastConfirmedAt;
        // another node may have confirmed it just now, by a clock that is a little ahead
        bool isConfirmed = age >= -RefreshSchedule.SuspicionInterval && age <= RefreshSchedule.Interval;
        _times.Schedule(isConfirmed ? RefreshSchedule.Next(record.LastConfirmedAt) : RefreshSchedule.Retry(now));
        if (!isConfirmed) await refresher.RefreshNowAsync(record.Id, _disposal.Token).ConfigureAwait(false);
    }

    // A record with the same encryption key needs no new issuer, and so no new key grant.
    private void Use(CertificateRecord record, CertificateRecord before)
    {
        if (ReferenceEquals(record, before)) return;
        lock (_gate)
        {
            if (!ReferenceEquals(_record, before)) return; // a later one is in use
            _others.Add(this, record.Certificate);
            Volatile.Write(ref _record, record);
            if (record.EncryptionKeys.SequenceEqual(before.EncryptionKeys)) return;
            // without a key the next request asks the records anew, and says what is wrong
            Volatile.Write(ref _recipient, KeyGrantRecipient.Find(record));
        }
    }

    // The next request asks the records anew.
    private void Forget()
    {
        lock (_gate)
        {
            _others.Remove(this);
            Volatile.Write(ref _record, null);
            Volatile.Write(ref _recipient, null);
        }
    }
}
