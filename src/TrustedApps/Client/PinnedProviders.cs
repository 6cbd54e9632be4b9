using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Client;

/// <summary>
/// The providers that the clients of this process have pinned. A second provider with the id or a key of another is
/// rejected, because one of the two is an impostor (specification version-4.md, section 2).
/// </summary>
internal sealed class PinnedProviders
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _ownerOfKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ApplicationCertificate> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<object, string> _idOfClient = [];

    /// <summary>Adds the provider of a client, or a newer certificate of that provider.</summary>
    /// <param name="client">The client. Several clients may have one provider.</param>
    /// <param name="certificate">The provider's certificate.</param>
    /// <exception cref="CertificateException">Another provider has the id or one of the keys.</exception>
    public void Add(object client, ApplicationCertificate certificate)
    {
        // a certificate proves possession of these keys alone
        IReadOnlyList<RsaPublicKey> keys = certificate.SigningKeys;
        lock (_gate)
        {
            if (
                _byId.TryGetValue(certificate.Id, out ApplicationCertificate? known)
                && !known.SigningKeys.Any(certificate.SigningKeys.Contains)
            )
            {
                throw new CertificateException(
                    $"Another provider of the id '{certificate.Id}' is pinned already, with other keys."
                );
            }

            foreach (RsaPublicKey key in keys)
            {
                if (_ownerOfKey.TryGetValue(key.Thumbprint, out string? owner) && owner != certificate.Id)
                {
                    throw new CertificateException(
                        $"The provider '{certificate.Id}' has a key of '{owner}', which is pinned already."
                    );
                }
            }

            _byId[certificate.Id] = certificate;
            _idOfClient[client] = certificate.Id;
            foreach (RsaPublicKey key in keys) _ownerOfKey[key.Thumbprint] = certificate.Id;
        }
    }

    /// <summary>Removes the provider of a client, unless another client has the same provider.</summary>
    public void Remove(object client)
    {
        lock (_gate)
        {
            if (!_idOfClient.Remove(client, out string? id) || _idOfClient.ContainsValue(id)) return;
            _byId.Remove(id);
            foreach (
                string thumbprint in _ownerOfKey.Where(known => known.Value == id).Select(known => known.Key).ToList()
            )
            {
                _ownerOfKey.Remove(thumbprint);
            }
        }
    }
}
