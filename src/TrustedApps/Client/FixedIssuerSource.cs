namespace TrustedApps.Client;

/// <summary>An issuer that the application has made, and that never changes.</summary>
internal sealed class FixedIssuerSource : IIssuerSource
{
    private readonly AssertionIssuer _issuer;
    private int _warnings; // ClientWarning

    public FixedIssuerSource(AssertionIssuer issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        _issuer = issuer;
    }

    public ProviderContact Contact { get; } = new();

    public ValueTask<AssertionIssuer> GetAsync(CancellationToken cancellationToken) => new(_issuer);

    public void SuspectCertificate()
    {
        // The application decides when its issuer changes.
    }

    public bool TryWarn(ClientWarning warning) =>
        (Interlocked.Or(ref _warnings, (int)warning) & (int)warning) == 0;
}
