using System.Collections.Concurrent;

namespace TrustedApps.Http;

/// <summary>
/// The providers that this process knows. A second one with the id of another, or with a key of another, is refused:
/// one of them is not what it says it is (specification version-4.md, section 2).
/// </summary>
internal sealed class PinnedProviders
{
    private readonly ConcurrentDictionary<string, string> _ownerOfKey = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ApplicationCertificate> _byId = new(StringComparer.Ordinal);

    /// <exception cref="CertificateException">Another provider has the id or one of the keys.</exception>
    public void Add(ApplicationCertificate certificate)
    {
        ApplicationCertificate known = _byId.GetOrAdd(certificate.Id, certificate);
        if (!known.SigningKeys.Any(certificate.SigningKeys.Contains)) throw new CertificateException($"Another provider of the id '{certificate.Id}' is pinned already, with other keys.");
        foreach (RsaPublicKey key in certificate.SigningKeys.Concat(certificate.EncryptionKeys))
        {
            string owner = _ownerOfKey.GetOrAdd(key.Thumbprint, certificate.Id);
            if (owner != certificate.Id) throw new CertificateException($"The provider '{certificate.Id}' has a key of '{owner}', which is pinned already.");
        }
    }
}
