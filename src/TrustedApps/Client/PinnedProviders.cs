using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Client;

/// <summary>
/// The providers that this process knows. A second one with the id of another, or with a key of another, is refused:
/// one of them is not what it says it is (specification version-4.md, section 2).
/// </summary>
internal sealed class PinnedProviders
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _ownerOfKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ApplicationCertificate> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<object, string> _idOfClient = [];

    /// <summary>Adds the provider of a client, or the newer certificate of one that is known.</summary>
    /// <param name="client">Whoever asks it: two clients may ask one provider.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <exception cref="CertificateException">Another provider has the id or one of the keys.</exception>
    public void Add(object client, ApplicationCertificate certificate)
    {
        IReadOnlyList<RsaPublicKey> keys = certificate.SigningKeys; // nobody proves that an encryption key is his
        lock (_gate)
        {
            if (_byId.TryGetValue(certificate.Id, out ApplicationCertificate? known) && !known.SigningKeys.Any(certificate.SigningKeys.Contains)) throw new CertificateException($"Another provider of the id '{certificate.Id}' is pinned already, with other keys.");
            foreach (RsaPublicKey key in keys)
            {
                if (_ownerOfKey.TryGetValue(key.Thumbprint, out string? owner) && owner != certificate.Id) throw new CertificateException($"The provider '{certificate.Id}' has a key of '{owner}', which is pinned already.");
            }

            _byId[certificate.Id] = certificate;
            _idOfClient[client] = certificate.Id;
            foreach (RsaPublicKey key in keys) _ownerOfKey[key.Thumbprint] = certificate.Id;
        }
    }

    /// <summary>Forgets the provider of a client, unless another client asks it as well.</summary>
    public void Remove(object client)
    {
        lock (_gate)
        {
            if (!_idOfClient.Remove(client, out string? id) || _idOfClient.ContainsValue(id)) return;
            _byId.Remove(id);
            foreach (string thumbprint in _ownerOfKey.Where(known => known.Value == id).Select(known => known.Key).ToList()) _ownerOfKey.Remove(thumbprint);
        }
    }
}
