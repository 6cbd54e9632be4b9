using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;

namespace TrustedApps.Client;

/// <summary>
/// The certificate of one client's provider under version 4: pinned at the first request, and then refreshed. Safe for
/// concurrent use.
/// </summary>
internal sealed class PinnedProvider : ICertificateRecordSource, IDisposable
{
    private readonly IPinnedRecords _records;
    private readonly PinnedProviders _others;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RefreshTimes _times;
    private readonly BackgroundRefresh? _refresh; // null if the options turn it off
    private readonly CertificateClient _client;
    private CertificateRecord? _record;
    private ApplicationCertificate? _certificate;

    /// <summary>Creates the provider that the options describe.</summary>
    /// <param name="options">The client's options.</param>
    /// <param name="store">The store of providers; null if the options name a certificate or fingerprints.</param>
    /// <param name="others">The providers of this process.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Receives event 31, and those of the <see cref="CertificateRefresher"/>.</param>
    public PinnedProvider(
        TrustedAppClientOptions options,
        IProviderStore? store,
        PinnedProviders others,
        TimeProvider time,
        ILogger logger
    )
    {
        (_others, _time, _logger) = (others, time, logger);
        BaseUrl = BaseUrl.Parse(options.BaseUrl ?? "");
        _client = new CertificateClient(new CertificateClientOptions { AllowHttp = options.AllowHttp }, time);
        _records = store is null
            ? new ConfiguredRecords(options, BaseUrl, _client, time)
            : new StoredRecords(store, BaseUrl);
        _times = new RefreshTimes(time.GetUtcNow());
        if (!options.RefreshProviderCertificate) return;
        _refresh = new BackgroundRefresh(new CertificateRefresher(this, _client, options: null, time, logger));
    }

    public BaseUrl BaseUrl { get; }

    /// <summary>
    /// The certificate that session keys are encrypted for; null before the first request and after the provider was
    /// removed.
    /// </summary>
    public ApplicationCertificate? Certificate => Volatile.Read(ref _certificate);

    /// <exception cref="CertificateException">
    /// The certificate cannot be read, is not the expected one, or has the id or a key of another provider.
    /// </exception>
    public async Task<ApplicationCertificate> PinAsync()
    {
        CertificateRecord record = await _records.PinAsync().ConfigureAwait(false);
        _others.Add(this, record.Certificate);
        _times.Schedule(RefreshSchedule.Next(_time.GetUtcNow()));
        Volatile.Write(ref _record, record);
        Volatile.Write(ref _certificate, record.Certificate);
        string keys = string.Join(", ", record.SigningKeys.Select(key => key.Fingerprint));
        _logger.ProviderPinned(record.Id, BaseUrl.Text, keys);
        return record.Certificate;
    }

    /// <summary>Starts a round in the background if the certificate is due. No request waits for it.</summary>
    public void RefreshIfDue()
    {
        if (_refresh is not null && _times.IsDue(_time.GetUtcNow())) _refresh.Start();
    }

    /// <summary>Starts a round in the background, at most once in 5 minutes.</summary>
    public void SuspectCertificate()
    {
        if (_refresh is not null && _times.Suspect(_time.GetUtcNow())) _refresh.Start();
    }

    public void Dispose()
    {
        _refresh?.Dispose();
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
    ) =>
        Task.FromResult(Volatile.Read(ref _record)?.Id == applicationId && _times.Suspect(now) && _times.TryClaim(now));

    public Task<IReadOnlyList<string>> FindEndedHoldsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(
            Volatile.Read(ref _record) is { Pending: { } pending } record && now >= pending.TakesEffectAt
                ? [record.Id]
                : []
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
        CertificateRefreshStep reason,
        Func<CertificateRecord, CertificateRecord> change,
        CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _record) is not { } inUse) return false;
        CertificateRecord changed = change(inUse);
        if (ReferenceEquals(changed, inUse)) return true;
        if (await _records.ReplaceAsync(inUse, changed).ConfigureAwait(false))
        {
            Use(changed, inUse);
            return true;
        }

        await FindAsync(applicationId, cancellationToken).ConfigureAwait(false);
        return false;
    }

    public Task ScheduleAsync(string applicationId, DateTimeOffset nextFetch, CancellationToken cancellationToken)
    {
        _times.Schedule(nextFetch);
        return Task.CompletedTask;
    }

    // A certificate with the same encryption keys needs no new issuer, and so no new key grant.
    private void Use(CertificateRecord record, CertificateRecord before)
    {
        if (ReferenceEquals(record, before)) return;
        _others.Add(this, record.Certificate);
        Volatile.Write(ref _record, record);
        if (record.EncryptionKeys.SequenceEqual(before.EncryptionKeys)) return;
        Volatile.Write(ref _certificate, record.Certificate);
    }

    // The next request asks the records anew.
    private void Forget()
    {
        _others.Remove(this);
        Volatile.Write(ref _record, null);
        Volatile.Write(ref _certificate, null);
    }
}
