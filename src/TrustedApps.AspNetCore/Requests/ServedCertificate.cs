using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.AspNetCore.Requests;

/// <summary>
/// The certificate of version 4 as it is served. It is signed once and cached until its content changes, so that
/// requests of strangers do not make this application sign.
/// </summary>
internal sealed class ServedCertificate(string? name, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Entry? _entry;

    /// <summary>Returns the document; null if there are no keys for it.</summary>
    public async ValueTask<byte[]?> FindAsync(ApplicationKeys keys, CancellationToken cancellationToken)
    {
        if (!keys.HasVersion4Keys) return null;
        Task<byte[]> signing;
        lock (_gate)
        {
            DateTimeOffset issuedAt = keys.CertificateChangedAt(time.GetUtcNow());
            if (_entry is not { } kept || !kept.IsOf(keys, issuedAt) || kept.HasFailed)
            {
                kept = _entry = new Entry(keys, issuedAt, SignAsync(keys));
            }

            signing = kept.Signing;
        }

        return await signing.WaitAsync(cancellationToken); // the signature serves other requests, too
    }

    private async Task<byte[]> SignAsync(ApplicationKeys keys)
    {
        ApplicationCertificate certificate = await keys.ToCertificateAsync(name, time, CancellationToken.None);
        return certificate.ToBytes();
    }

    private sealed record Entry(ApplicationKeys Keys, DateTimeOffset IssuedAt, Task<byte[]> Signing)
    {
        public bool HasFailed => Signing is { IsCompleted: true, IsCompletedSuccessfully: false };

        public bool IsOf(ApplicationKeys keys, DateTimeOffset issuedAt) =>
            IssuedAt == issuedAt && ReferenceEquals(Keys, keys);
    }
}
