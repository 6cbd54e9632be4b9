using Microsoft.Extensions.Logging;

namespace TrustedApps.Http;

/// <summary>
/// The provider of one client, and the issuer that speaks to it. Under version 4 its certificate is pinned at the first
/// request, from a file or from its base URL, and then follows its rotation. Safe for concurrent use.
/// </summary>
internal sealed class PinnedProvider
{
    private readonly Lock _gate = new();
    private readonly TrustedAppClientOptions? _options;
    private readonly PinnedProviders? _others;
    private readonly ApplicationKeys? _keys;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly ILogger? _logger;
    private Task<AssertionIssuer>? _pinning;
    private AssertionIssuer? _issuer;
    private CertificateRecord? _record;
    private CertificateWatch? _watch;
    private int _isRefreshing;

    /// <summary>A provider whose issuer is made already.</summary>
    public PinnedProvider(AssertionIssuer issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        _issuer = issuer;
    }

    public PinnedProvider(TrustedAppClientOptions options, ApplicationKeys keys, PinnedProviders others, TimeProvider time, ILogger logger) =>
        (_options, _keys, _others, _time, _logger) = (options, keys, others, time, logger);

    public ValueTask<AssertionIssuer> GetIssuerAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _issuer) is not { } issuer) return new(PinOnce().WaitAsync(cancellationToken));
        if (_watch?.IsDue(_time.GetUtcNow()) == true) RefreshInBackground();
        return new(issuer);
    }

    /// <summary>A grant was refused: the provider may have other keys by now.</summary>
    public void SuspectCertificate()
    {
        if (_watch?.Suspect(_time.GetUtcNow()) == true) RefreshInBackground();
    }

    // Requests that come at once wait for the same fetch; after one that failed the next request begins another.
    private Task<AssertionIssuer> PinOnce()
    {
        lock (_gate) return _pinning = _pinning is null or { IsCompleted: true, IsCompletedSuccessfully: false } ? Task.Run(PinAsync) : _pinning;
    }

    private async Task<AssertionIssuer> PinAsync()
    {
        BaseUrl baseUrl = BaseUrl.Parse(_options!.BaseUrl!);
        ApplicationCertificate certificate = await ReadAsync(baseUrl).ConfigureAwait(false);
        _others!.Add(certificate);
        if (_options.RefreshProviderCertificate)
        {
            _record = CertificateRecord.Establish(certificate, baseUrl, _time.GetUtcNow());
            _watch = new CertificateWatch(_time.GetUtcNow());
        }

        _logger!.ProviderPinned(certificate.Id, baseUrl.Text, string.Join(", ", certificate.SigningKeys));
        Volatile.Write(ref _issuer, new AssertionIssuer(_keys!, certificate, baseUrl, _time));
        return _issuer;
    }

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
            using CertificateClient client = CreateClient();
            CertificateRecord refreshed = await _watch!.RefreshAsync(_record!, client, _time.GetUtcNow(), hold: null, _logger!, CancellationToken.None).ConfigureAwait(false);
            _others!.Add(refreshed.Certificate);
            bool hasNewKeys = !refreshed.EncryptionKeys.SequenceEqual(_record!.EncryptionKeys);
            _record = refreshed;
            if (hasNewKeys) _issuer!.Provider = refreshed.Certificate;
        }
        catch (CertificateException problem) // a key of another provider: what is on record stays
        {
            _logger!.KeysRefused(_record!.Id, problem.Message);
        }
        finally
        {
            Volatile.Write(ref _isRefreshing, 0);
        }
    }

    private CertificateClient CreateClient() => new(new CertificateClientOptions { AllowHttp = _options!.AllowHttp }, _time);
}
