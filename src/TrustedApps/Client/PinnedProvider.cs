using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Client;

/// <summary>
/// The provider of one client, and the issuer that speaks to it. Under version 4 its certificate is pinned at the first
/// request, from a file or from its base URL, and then follows its rotation; the issuer follows that of the own keys.
/// Safe for concurrent use.
/// </summary>
internal sealed class PinnedProvider : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TrustedAppClientOptions? _options;
    private readonly PinnedProviders? _others;
    private readonly IProviderStore? _store;
    private readonly IKeyStore? _keys;
    private readonly IDisposable? _ownedKeys;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly ILogger? _logger;
    private Task<AssertionIssuer>? _pinning;
    private AssertionIssuer? _issuer;
    private CertificateRecord? _record;
    private CertificateWatch? _watch;
    private ApplicationKeys? _unsuitable;
    private int _isRefreshing;

    /// <summary>A provider whose issuer is made already.</summary>
    public PinnedProvider(AssertionIssuer issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        _issuer = issuer;
    }

    /// <summary>A provider that is pinned at the first request.</summary>
    /// <param name="options">The client's options.</param>
    /// <param name="keys">The consumer's own keys.</param>
    /// <param name="ownedKeys">What is disposed of with this one.</param>
    /// <param name="others">The providers of other clients.</param>
    /// <param name="store">Where the provider's certificate is on record; null if the options say.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told what is pinned, and what changes.</param>
    public PinnedProvider(TrustedAppClientOptions options, IKeyStore keys, IDisposable? ownedKeys, PinnedProviders others, IProviderStore? store, TimeProvider time, ILogger logger) =>
        (_options, _keys, _ownedKeys, _others, _store, _time, _logger) = (options, keys, ownedKeys, others, store, time, logger);

    public ValueTask<AssertionIssuer> GetIssuerAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _issuer) is not { } issuer) return new(PinOnce().WaitAsync(cancellationToken));
        if (_keys is not null && !ReferenceEquals(issuer.Keys, _keys.Keys)) issuer = FollowKeys(_keys);
        if (_watch?.IsDue(_time.GetUtcNow()) == true) RefreshInBackground();
        return new(issuer);
    }

    /// <summary>A grant was refused: the provider may have other keys by now.</summary>
    public void SuspectCertificate()
    {
        if (_watch?.Suspect(_time.GetUtcNow()) == true) RefreshInBackground();
    }

    public void Dispose() => _ownedKeys?.Dispose();

    private AssertionIssuer FollowKeys(IKeyStore store)
    {
        lock (_gate)
        {
            AssertionIssuer issuer = _issuer!;
            ApplicationKeys keys = store.Keys; // here, or a caller that was slow would bring old ones back
            if (ReferenceEquals(issuer.Keys, keys) || ReferenceEquals(_unsuitable, keys)) return issuer;
            if (!IsSuitable(keys, issuer))
            {
                _unsuitable = keys;
                _logger!.OwnKeysNotUsed(issuer.Keys.Id, issuer.Version.Name);
                return issuer;
            }

            issuer = issuer.With(keys);
            Volatile.Write(ref _issuer, issuer);
            return issuer;
        }
    }

    private static bool IsSuitable(ApplicationKeys keys, AssertionIssuer issuer) =>
        keys.Id == issuer.Keys.Id && (issuer.Version.Traits.NeedsKeyGrant ? keys.HasVersion4Keys : keys.HasLegacyKey);

    // Requests that come at once wait for the same fetch; after one that failed the next request begins another.
    private Task<AssertionIssuer> PinOnce()
    {
        lock (_gate) return _pinning = _pinning is null or { IsCompleted: true, IsCompletedSuccessfully: false } ? Task.Run(PinAsync) : _pinning;
    }

    private async Task<AssertionIssuer> PinAsync()
    {
        await _keys!.LoadAsync(CancellationToken.None).ConfigureAwait(false);
        ProtocolVersion version = ProtocolVersion.Parse(_options!.Version);
        return version.Traits.NeedsKeyGrant
            ? Begin(await PinCertificateAsync().ConfigureAwait(false))
            : Begin(new AssertionIssuer(_keys.Keys, _options.LegacyProtocol!, _options.PostDate, _time));
    }

    private AssertionIssuer Begin(AssertionIssuer issuer)
    {
        Volatile.Write(ref _issuer, issuer);
        return issuer;
    }

    private async Task<AssertionIssuer> PinCertificateAsync()
    {
        BaseUrl baseUrl = BaseUrl.Parse(_options!.BaseUrl!);
        CertificateRecord record = _store is null
            ? CertificateRecord.Establish(await ReadAsync(baseUrl).ConfigureAwait(false), baseUrl, _time.GetUtcNow())
            : await _store.FindAsync(baseUrl, CancellationToken.None).ConfigureAwait(false) ?? throw NobodyHasAdded(baseUrl);
        _others!.Add(this, record.Certificate);
        if (_options.RefreshProviderCertificate) (_record, _watch) = (record, new CertificateWatch(_time.GetUtcNow()));

        _logger!.ProviderPinned(record.Id, baseUrl.Text, string.Join(", ", record.SigningKeys));
        return new AssertionIssuer(_keys!.Keys, record.Certificate, baseUrl, _time);
    }

    private static CertificateException NobodyHasAdded(BaseUrl baseUrl) =>
        new($"No provider at {baseUrl} is on record: an administrator adds it, on the pages or with 'trusted-apps provider add {baseUrl}'.");

    private async Task<ApplicationCertificate> ReadAsync(BaseUrl baseUrl)
    {
        if (_options!.ProviderCertificateFile is { } file) return ApplicationCertificate.Load(file, _time);

        using CertificateClient client = CreateClient();
        ApplicationCertificate certificate = await client.FetchAsync(baseUrl.Uri).ConfigureAwait(false);
        // Each listed key has signed the certificate, so those that were compared vouch for one that was added since.
        bool isExpected = _options.ProviderFingerprints.All(fingerprint => certificate.SigningKeys.Any(key => key.HasFingerprint(fingerprint)));
        return isExpected
            ? certificate
            : throw new CertificateException($"The certificate at {baseUrl} has the fingerprint {string.Join(", and ", certificate.SigningKeys.Select(key => key.Fingerprint))}, not what ProviderFingerprints say. Ask the provider's administrator which is right before changing it.");
    }

    // Never while a request waits.
    private void RefreshInBackground()
    {
        if (Interlocked.Exchange(ref _isRefreshing, 1) == 0) _ = Task.Run(RefreshAsync);
    }

    private async Task RefreshAsync()
    {
        try
        {
            if (_store is not null)
            {
                _watch!.Postpone(_time.GetUtcNow());
                if (!await TakeStoredAsync().ConfigureAwait(false)) return;
            }

            using CertificateClient client = CreateClient();
            CertificateRecord refreshed = await _watch!.RefreshAsync(_record!, client, _time.GetUtcNow(), hold: null, _logger!, CancellationToken.None).ConfigureAwait(false);
            bool isKept = _store is null || ReferenceEquals(refreshed, _record) || await _store.ReplaceAsync(_record!, refreshed, CancellationToken.None).ConfigureAwait(false);
            if (isKept) Follow(refreshed);
            else await TakeStoredAsync().ConfigureAwait(false);
        }
        catch (CertificateException problem) // a key of another provider: what is on record stays
        {
            _logger!.KeysRejected(_record!.Id, problem.Message);
        }
        finally
        {
            Volatile.Write(ref _isRefreshing, 0);
        }
    }

    // As another node, or an administrator, has it by now.
    private async Task<bool> TakeStoredAsync()
    {
        CertificateRecord? stored = await _store!.FindAsync(_record!.BaseUrl!, CancellationToken.None).ConfigureAwait(false);
        if (stored is null || !stored.SigningKeys.Any(_record.SigningKeys.Contains))
        {
            Forget();
            return false;
        }

        Follow(stored);
        return true;
    }

    private void Follow(CertificateRecord refreshed)
    {
        _others!.Add(this, refreshed.Certificate);
        bool hasNewKeys = !refreshed.EncryptionKeys.SequenceEqual(_record!.EncryptionKeys);
        _record = refreshed;
        lock (_gate)
        {
            if (hasNewKeys) _issuer?.Provider = refreshed.Certificate; // whichever issuer it is by now
        }
    }

    // An administrator has removed it, or compared it anew: the next request asks the store.
    private void Forget()
    {
        _others!.Remove(this);
        lock (_gate) (_issuer, _pinning) = (null, null);
    }

    private CertificateClient CreateClient() => new(new CertificateClientOptions { AllowHttp = _options!.AllowHttp }, _time);
}
