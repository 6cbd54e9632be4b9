using TrustedApps.Certificates;

namespace TrustedApps.Client;

/// <summary>
/// Stores the certificates of the providers that administrators of a consumer have compared, so that clients need no
/// fingerprints in their configuration. Register one. Clients of version 4 that have neither certificate nor
/// fingerprints in their options use it from their first request. Safe for concurrent use.
/// </summary>
public interface IProviderStore
{
    /// <summary>Finds the provider of a base URL.</summary>
    /// <param name="baseUrl">The base URL.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The record of its certificate; null if no administrator has added the provider.</returns>
    /// <exception cref="CertificateException">The store does not answer, or the record cannot be read.</exception>
    Task<CertificateRecord?> FindAsync(BaseUrl baseUrl, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a record after its certificate was refreshed, unless the record was changed or removed meanwhile.
    /// </summary>
    /// <param name="record">The record that was found.</param>
    /// <param name="replacement">The record that replaces it.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    /// <returns>Whether the record was replaced.</returns>
    /// <exception cref="CertificateException">The store does not answer.</exception>
    Task<bool> ReplaceAsync(
        CertificateRecord record,
        CertificateRecord replacement,
        CancellationToken cancellationToken
    );
}
