using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// The certificate of version 4 as it is served. It is signed once and cached until its content changes, so that requests
/// of strangers do not make this application sign.
/// </summary>
internal sealed class ServedCertificate(string? name, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Entry? _entry;

    /// <summary>Returns the document, or null if there are no keys for it.</summary>
    public byte[]? Find(ApplicationKeys keys)
    {
        if (!keys.HasVersion4Keys) return null;
        lock (_gate)
        {
            DateTimeOffset issuedAt = keys.CertificateChangedAt(time.GetUtcNow());
            if (_entry is null || _entry.IssuedAt != issuedAt || !ReferenceEquals(_entry.Keys, keys))
            {
                ApplicationCertificate certificate = keys.ToCertificate(name, time);
                _entry = new Entry(keys, certificate.IssuedAt, certificate.ToBytes());
            }

            return _entry.Document;
        }
    }

    private sealed record Entry(ApplicationKeys Keys, DateTimeOffset IssuedAt, byte[] Document);
}
