namespace TrustedApps.Http;

/// <summary>
/// The providers that this process knows. A second one with the id of another, or with a key of another, is refused:
/// one of them is not what it says it is (specification version-4.md, section 2).
/// </summary>
internal sealed class PinnedProviders
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _ownerOfKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ApplicationCertificate> _byId = new(StringComparer.Ordinal);

    /// <exception cref="CertificateException">Another provider has the id or one of the keys. Then nothing of this one is kept.</exception>
    public void Add(ApplicationCertificate certificate)
    {
        RsaPublicKey[] keys = [.. certificate.SigningKeys, .. certificate.EncryptionKeys];
        lock (_gate)
        {
            if (_byId.TryGetValue(certificate.Id, out ApplicationCertificate? known) && !known.SigningKeys.Any(certificate.SigningKeys.Contains)) throw new CertificateException($"Another provider of the id '{certificate.Id}' is pinned already, with other keys.");
            foreach (RsaPublicKey key in keys)
            {
                if (_ownerOfKey.TryGetValue(key.Thumbprint, out string? owner) && owner != certificate.Id) throw new CertificateException($"The provider '{certificate.Id}' has a key of '{owner}', which is pinned already.");
            }

            _byId.TryAdd(certificate.Id, certificate);
            foreach (RsaPublicKey key in keys) _ownerOfKey.TryAdd(key.Thumbprint, certificate.Id);
        }
    }
}
