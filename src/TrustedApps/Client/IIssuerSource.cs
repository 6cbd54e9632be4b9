namespace TrustedApps.Client;

/// <summary>Supplies the issuer of one client's assertions. Safe for concurrent use.</summary>
internal interface IIssuerSource
{
    /// <summary>Returns the present issuer. Each attempt of a request asks for it anew.</summary>
    /// <exception cref="Certificates.CertificateException">The provider's certificate cannot be pinned.</exception>
    ValueTask<AssertionIssuer> GetAsync(CancellationToken cancellationToken);

    /// <summary>Whether the provider answers.</summary>
    ProviderContact Contact { get; }

    /// <summary>Called when the provider rejects a key grant, because it may have rotated its keys.</summary>
    void SuspectCertificate();

    /// <summary>Returns true the first time for each warning.</summary>
    bool TryWarn(ClientWarning warning) => true;
}
