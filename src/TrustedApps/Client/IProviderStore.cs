using TrustedApps.Certificates;

namespace TrustedApps.Client;

/// <summary>
/// Where a consumer keeps the certificates of the providers that its administrators have compared, so that a client needs
/// no fingerprints in its configuration. Register one; clients of version 4 that name neither certificate nor fingerprints
/// ask it at their first request. Safe for concurrent use.
/// </summary>
public interface IProviderStore
{
    /// <summary>Finds the provider of a base URL.</summary>
    /// <param name="baseUrl">The base URL.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>What is on record of its certificate; null if nobody has added it.</returns>
    /// <exception cref="CertificateException">The store does not answer, or what it holds cannot be read.</exception>
    Task<CertificateRecord?> FindAsync(BaseUrl baseUrl, CancellationToken cancellationToken);

    /// <summary>Keeps what came of a certificate that was fetched again, unless the record was changed or removed meanwhile.</summary>
    /// <param name="record">The record that was found.</param>
    /// <param name="replacement">What is to take its place.</param>
    /// <param name="cancellationToken">Ends the change.</param>
    /// <returns>Whether it was kept.</returns>
    /// <exception cref="CertificateException">The store does not answer.</exception>
    Task<bool> ReplaceAsync(CertificateRecord record, CertificateRecord replacement, CancellationToken cancellationToken);
}
