using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Protocols;

namespace TrustedApps.Client;

/// <summary>
/// Creates the issuer of a client at its first request, and a new one when the consumer's own keys or the provider's
/// certificate have changed. Safe for concurrent use.
/// </summary>
/// <param name="options">The client's options.</param>
/// <param name="keys">The consumer's own keys.</param>
/// <param name="provider">The provider's certificate; null under an older version, which needs none.</param>
/// <param name="ownedKeys">Disposed of with this instance; null if the keys belong to the application.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Receives event 32.</param>
internal sealed class RotatingIssuerSource(
    TrustedAppClientOptions options,
    IKeyStore keys,
    PinnedProvider? provider,
    IDisposable? ownedKeys,
    TimeProvider time,
    ILogger logger) : IIssuerSource, IDisposable
{
    private readonly Lock _gate = new();
    private Task<AssertionIssuer>? _creation;
    private AssertionIssuer? _issuer;
    private ApplicationKeys? _unsuitable; // logged already
    private int _warnings; // ClientWarning

    public ProviderContact Contact { get; } = new();

    /// <summary>The base URL of the provider.</summary>
    public string? BaseUrl => options.BaseUrl;

    /// <summary>The store of the consumer's own keys.</summary>
    public IKeyStore OwnKeys => keys;

    /// <summary>Returns how far this clock is behind the provider's; null before the first request.</summary>
    public TimeSpan? FindClockCorrection() => Volatile.Read(ref _issuer)?.ClockCorrection;

    /// <summary>
    /// Returns the record of the provider's certificate; null if it is not pinned yet, or not refreshed.
    /// </summary>
    public CertificateRecord? FindRefreshedRecord() =>
        options.RefreshProviderCertificate ? provider?.Record : null;

    public ValueTask<AssertionIssuer> GetAsync(CancellationToken cancellationToken)
    {
        return Volatile.Read(ref _issuer) is { } issuer && (IsCurrent(issuer) ? issuer : Follow()) is { } current
            ? new(current)
            : new(CreateOnce().WaitAsync(cancellationToken));
    }

    public void SuspectCertificate() => provider?.SuspectCertificate();

    public bool TryWarn(ClientWarning warning) =>
        (Interlocked.Or(ref _warnings, (int)warning) & (int)warning) == 0;

    public void Dispose()
    {
        Volatile.Read(ref _issuer)?.Close();
        provider?.Dispose();
        ownedKeys?.Dispose();
    }

    private bool IsCurrent(AssertionIssuer issuer) =>
        ReferenceEquals(issuer.Keys, keys.Keys) && ReferenceEquals(issuer.Provider, provider?.Recipient);

    // Returns null if the provider was removed: the next request pins it anew.
    private AssertionIssuer? Follow()
    {
        lock (_gate)
        {
            if (_issuer is not { } issuer) return null;
            KeyGrantRecipient? recipient = provider?.Recipient;
            if (provider is not null && recipient is null)
            {
                issuer.Close();
                return _issuer = null;
            }

            // read under the lock, or a slow caller would restore old keys
            ApplicationKeys own = FindSuitableKeys(issuer);
            if (ReferenceEquals(issuer.Keys, own) && ReferenceEquals(issuer.Provider, recipient)) return issuer;
            issuer = issuer.With(own, recipient);
            Volatile.Write(ref _issuer, issuer);
            return issuer;
        }
    }

    private ApplicationKeys FindSuitableKeys(AssertionIssuer issuer)
    {
        ApplicationKeys own = keys.Keys;
        if (ReferenceEquals(issuer.Keys, own) || ReferenceEquals(_unsuitable, own)) return issuer.Keys;
        if (own.Id == issuer.Keys.Id && (provider is null ? own.HasLegacyKey : own.HasVersion4Keys)) return own;
        _unsuitable = own;
        logger.OwnKeysNotUsed(issuer.Keys.Id, issuer.Version.Name);
        return issuer.Keys;
    }

    // Requests that come at once share one creation. If it fails, the next request starts another.
    private Task<AssertionIssuer> CreateOnce()
    {
        lock (_gate)
        {
            if (_issuer is { } issuer) return Task.FromResult(issuer);
            return _creation = _creation is null or { IsCompleted: true } ? Task.Run(CreateAsync) : _creation;
        }
    }

    private async Task<AssertionIssuer> CreateAsync()
    {
        await keys.LoadAsync(CancellationToken.None).ConfigureAwait(false);
        PrivateKeyTelemetry.Watch(keys, time);
        AssertionIssuer issuer = provider is null
            ? CreateLegacy()
            : await CreateAsync(provider).ConfigureAwait(false);
        lock (_gate) Volatile.Write(ref _issuer, issuer);
        return issuer;
    }

    private async Task<AssertionIssuer> CreateAsync(PinnedProvider pinned)
    {
        ApplicationKeys own = keys.Keys;
        KeyGrantRecipient recipient = await pinned.PinAsync(own.Id).ConfigureAwait(false);
        return new AssertionIssuer(own, recipient, pinned.BaseUrl, time);
    }

    private AssertionIssuer CreateLegacy() =>
        options.LegacyProtocol is { } protocol
            ? new AssertionIssuer(keys.Keys, protocol, options.PostDate, time)
            : throw new InvalidOperationException(
                $"Version {options.Version} needs AddLegacyVersions(), which the validation of the options requires."
            );
}
