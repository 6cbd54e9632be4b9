using TrustedApps.Certificates;

namespace TrustedApps.Client;

/// <summary>
/// Reads and changes the record of the provider of one client: what its options say, or what a store has.
/// </summary>
internal interface IPinnedRecords
{
    /// <summary>Returns the record to begin with.</summary>
    /// <exception cref="CertificateException">
    /// There is none, or it is not the one that an administrator has compared.
    /// </exception>
    Task<CertificateRecord> PinAsync();

    /// <summary>
    /// Returns the record that must replace the one in use; null if the provider was removed or compared again.
    /// </summary>
    /// <exception cref="CertificateException">The records do not answer.</exception>
    Task<CertificateRecord?> FindAsync(CertificateRecord inUse);

    /// <summary>Replaces the record in use, unless another has changed or removed it.</summary>
    /// <returns>Whether it was replaced.</returns>
    /// <exception cref="CertificateException">The records do not answer.</exception>
    Task<bool> ReplaceAsync(CertificateRecord inUse, CertificateRecord replacement);
}
